import { positionOfText } from 'nest-sessions/console';
import type { ListOptions } from 'nest-sessions/issuer';
import { BadRequestException } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsPageLimit } from '../page-limit';

/** Page of a user's sessions; all sessions by default. */
export class SessionPageDto {
  @ApiPropertyOptional({
    description: 'Maximum number of sessions to list.',
    minimum: 1,
    maximum: 1000,
  })
  @IsPageLimit()
  readonly limit?: number;

  @ApiPropertyOptional({
    description: `\`absoluteExpiresAt\` and \`id\` of the last session of the previous page.`,
    example: '2026-01-01T12:00:00.000Z,tL5M1qmkFvKoTh5k9b1o3wvGmJkRkFjL5sV0m3o1x2A',
  })
  @IsOptional()
  @IsString()
  @MaxLength(68)
  readonly after?: string;
}

/** @throws BadRequestException when `after` is malformed */
export function listOptionsOf({ limit, after }: SessionPageDto): ListOptions {
  if (after === undefined) return { limit };
  const position = positionOfText(after);
  if (position === null) {
    throw new BadRequestException(
      'after: give absoluteExpiresAt and id of the last session of the previous page, separated by a comma.',
    );
  }
  return { limit, after: position };
}
