import { ApiProperty } from '@nestjs/swagger';

export class Order {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'tea' })
  readonly productId!: string;

  @ApiProperty({ example: 2 })
  readonly quantity!: number;

  @ApiProperty({
    example: 890,
    description: 'Price of one item in cents, at the time of the order.',
  })
  readonly price!: number;

  @ApiProperty({ example: 1780, description: 'In cents.' })
  readonly total!: number;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
