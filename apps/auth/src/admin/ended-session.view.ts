import type { SessionEvent } from 'nest-sessions/events';
import { ApiProperty } from '@nestjs/swagger';

const TYPES = ['revoked', 'expired', 'rotated'] as const;

/** Types of the events that end a session, or its token. */
export const ENDING_TYPES: readonly (typeof TYPES)[number][] = TYPES;

/** End of a session: by a user, by a program or by its timeout. */
export class EndedSessionView {
  @ApiProperty({ description: 'Position of the event; `before` continues from it.' })
  readonly position!: string;

  @ApiProperty({ enum: TYPES, description: 'rotated: the session continues under another id.' })
  readonly type!: (typeof TYPES)[number];

  @ApiProperty()
  readonly sessionId!: string;

  @ApiProperty()
  readonly userId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null for a user who was removed.' })
  readonly username!: string | null;

  @ApiProperty({ description: 'Epoch milliseconds.' })
  readonly at!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the user, or name of the program. null: the system, such as a timeout.',
  })
  readonly by!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Name of that user.' })
  readonly byName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'signed-out' })
  readonly reason!: string | null;
}

/** Part of the history of ended sessions. */
export class EndedSessionsPageView {
  @ApiProperty({ type: [EndedSessionView], description: 'The newest first.' })
  readonly events!: readonly EndedSessionView[];

  @ApiProperty({ type: String, nullable: true, description: '`before` of the next page.' })
  readonly next!: string | null;
}

/** @param names Usernames by the ids of users. */
export function viewEnded(
  { position = '', type, sessionId, userId, at, by, reason }: SessionEvent,
  names: ReadonlyMap<string, string>,
): EndedSessionView {
  return {
    position,
    type: type as EndedSessionView['type'],
    sessionId,
    userId,
    username: names.get(userId) ?? null,
    at,
    by,
    byName: by === null ? null : (names.get(by) ?? null),
    reason,
  };
}
