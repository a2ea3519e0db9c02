import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';

export class CreateOrderDto {
  @ApiProperty({ example: 'tea' })
  @IsString()
  @Length(1, 100)
  readonly productId!: string;

  @ApiProperty({ example: 2 })
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly quantity!: number;
}
