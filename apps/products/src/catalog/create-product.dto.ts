import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';

export class CreateProductDto {
  @ApiProperty({ example: 'Tea pot, 1 l' })
  @IsString()
  @Length(1, 200)
  readonly name!: string;

  @ApiProperty({ example: 3450, description: 'In cents.' })
  @IsInt()
  @Min(1)
  @Max(100_000_000)
  readonly price!: number;
}
