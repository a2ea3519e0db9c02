import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';

/** Validates types only: an impossible username or password gets the same response as an unknown one. */
export class LoginDto {
  @ApiProperty({ example: 'alice' })
  @IsString()
  readonly username!: string;

  @ApiProperty({ example: 'alice-demo-password' })
  @IsString()
  readonly password!: string;

  @ApiPropertyOptional({
    enum: ['cookie', 'bearer'],
    default: 'cookie',
    description: 'bearer: the token comes in the body, for clients without a cookie jar.',
  })
  @IsOptional()
  @IsIn(['cookie', 'bearer'])
  readonly transport: 'cookie' | 'bearer' = 'cookie';
}
