import { ApiProperty } from '@nestjs/swagger';

export class Order {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'tea' })
  readonly productId!: string;

  @ApiProperty({ example: 2 })
  readonly quantity!: number;

  @ApiProperty({ example: 890, description: 'Of one, in cents, as it was when ordered.' })
  readonly price!: number;

  @ApiProperty({ example: 1780, description: 'In cents.' })
  readonly total!: number;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
