import type { SessionPageJson } from 'nest-sessions/console';
import { ApiProperty } from '@nestjs/swagger';
import { ListedSessionView } from '../sessions/session.view';

class SessionOwnerView {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty({ example: 'alice' })
  readonly username!: string;
}

/** A session of any user. */
export class AdminSessionView extends ListedSessionView {
  @ApiProperty()
  readonly user!: SessionOwnerView;

  @ApiProperty({ example: ['orders', 'products'] })
  readonly roles!: readonly string[];

  @ApiProperty({ format: 'date-time', description: 'The last sign-in or re-authentication.' })
  readonly authenticatedAt!: string;
}

/** Part of the list of all sessions. */
export class AdminSessionPageView implements SessionPageJson {
  @ApiProperty({ description: 'Number of live sessions of all users, without the filter.' })
  readonly total!: number;

  @ApiProperty({ type: [AdminSessionView], description: 'The latest sign-in first.' })
  readonly sessions!: readonly AdminSessionView[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      '`after` of the next page; null at the end. With a filter, a page may be empty and still have a next page.',
  })
  readonly next!: string | null;

  @ApiProperty({
    description: 'Number of sessions that were compared with the filter, for a progress bar.',
  })
  readonly examined!: number;
}

/** Result of a call that ends sessions. */
export class EndedSessionsView {
  @ApiProperty({ description: 'Number of sessions that have ended.' })
  readonly ended!: number;
}
