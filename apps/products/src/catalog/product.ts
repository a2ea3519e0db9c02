import { ApiProperty } from '@nestjs/swagger';

export class Product {
  @ApiProperty({ example: 'tea' })
  readonly id!: string;

  @ApiProperty({ example: 'Green tea, 100 g' })
  readonly name!: string;

  @ApiProperty({ example: 890, description: 'In cents.' })
  readonly price!: number;
}
