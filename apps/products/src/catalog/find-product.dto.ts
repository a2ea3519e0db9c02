import { IsString, MaxLength } from 'class-validator';

export class FindProductDto {
  @IsString()
  @MaxLength(100)
  readonly id!: string;
}
