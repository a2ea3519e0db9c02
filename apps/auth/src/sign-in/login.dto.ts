import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';

/** No rule but the type: what no user can have is answered as what no user has. */
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
