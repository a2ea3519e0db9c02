import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsPageLimit } from '../page-limit';

/** Page of the history of ended sessions. */
export class EndedSessionsDto {
  @ApiPropertyOptional({ minimum: 1, maximum: 1000, default: 100 })
  @IsPageLimit()
  readonly limit: number = 100;

  @ApiPropertyOptional({ description: '`next` of the previous page.' })
  @IsOptional()
  @IsString()
  @MaxLength(41)
  readonly before?: string;
}
