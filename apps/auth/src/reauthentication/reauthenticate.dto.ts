import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

export class ReauthenticateDto {
  @ApiProperty({ example: 'alice-demo-password' })
  @IsString()
  readonly password!: string;
}
