import { type EndedSessionJson, ENDING_TYPES } from 'nest-sessions/console';
import { ApiProperty } from '@nestjs/swagger';

/** End of a session: by a user, by a program or by its timeout. */
export class EndedSessionView implements EndedSessionJson {
  @ApiProperty({ description: 'Position of the event; `before` continues from it.' })
  readonly position!: string;

  @ApiProperty({
    enum: ENDING_TYPES,
    description: 'rotated: the session continues under another id.',
  })
  readonly type!: EndedSessionJson['type'];

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
