import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsBoolean, IsOptional, IsString } from 'class-validator';
import { IsPageLimit } from '../page-limit';

/** Validates types only; the users service applies the rules of usernames, passwords and roles. */
export class CreateUserDto {
  @ApiProperty({ example: 'dave' })
  @IsString()
  readonly username!: string;

  @ApiProperty({ minLength: 15, maxLength: 128 })
  @IsString()
  readonly password!: string;

  @ApiPropertyOptional({ example: ['products'], default: [] })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  readonly roles: string[] = [];
}

export class SetRolesDto {
  @ApiProperty({ example: ['orders', 'products'], description: 'Replaces all roles of the user.' })
  @IsArray()
  @IsString({ each: true })
  readonly roles!: string[];
}

export class SetDisabledDto {
  @ApiProperty({ description: 'A disabled user has no session and cannot sign in.' })
  @IsBoolean()
  readonly disabled!: boolean;
}

export class UserPageDto {
  @ApiPropertyOptional({ default: 100, minimum: 1, maximum: 1000 })
  @IsPageLimit()
  readonly limit?: number;

  @ApiPropertyOptional({ description: 'Last username of the previous page.' })
  @IsOptional()
  @IsString()
  readonly after?: string;
}
