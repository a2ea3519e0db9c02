import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

export class RedeemCouponDto {
  @ApiProperty({ example: 'SPRING' })
  @IsString()
  @Length(1, 32)
  readonly code!: string;
}
