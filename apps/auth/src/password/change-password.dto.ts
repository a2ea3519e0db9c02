import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

export class ChangePasswordDto {
  @ApiProperty({ example: 'alice-demo-password' })
  @IsString()
  readonly currentPassword!: string;

  @ApiProperty({ example: 'a longer and better one', minLength: 15, maxLength: 128 })
  @IsString()
  readonly newPassword!: string;
}
