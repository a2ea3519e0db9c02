import type { SessionFilter } from 'nest-sessions/issuer';
import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { SessionPageDto } from '../sessions/session-page.dto';

/** Longest value of a filter, in characters. */
const LONGEST = 200;

/** Conditions on sessions. A session meets the filter when it meets every given condition. */
export class SessionFilterDto {
  @ApiPropertyOptional({ description: 'Id of the user.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST)
  readonly user?: string;

  @ApiPropertyOptional({ example: 'orders:write', description: 'Role of the session.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST)
  readonly role?: string;

  @ApiPropertyOptional({ example: '203.0.113.9', description: 'Address at sign-in.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST)
  readonly ip?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The sign-in was before this time.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly signedInBefore?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'The sign-in was at this time or later.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly signedInAfter?: string;
}

/** Page of the list of all sessions. */
export class SessionListDto extends IntersectionType(SessionPageDto, SessionFilterDto) {}

/** Returns the filter of a query. Conditions that are not given are left out. */
export function filterOf(query: SessionFilterDto): SessionFilter {
  const { user: userId, role, ip, signedInBefore, signedInAfter } = query;
  return {
    ...(userId !== undefined && { userId }),
    ...(role !== undefined && { role }),
    ...(ip !== undefined && { ip }),
    ...(signedInBefore !== undefined && { signedInBefore: Date.parse(signedInBefore) }),
    ...(signedInAfter !== undefined && { signedInAfter: Date.parse(signedInAfter) }),
  };
}
