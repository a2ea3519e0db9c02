import type { SessionPage, SessionSnapshot } from 'nest-sessions/issuer';
import { ApiProperty } from '@nestjs/swagger';
import { ListedSessionView, viewListed } from '../sessions/session.view';
import { placeOf } from '../sessions/session-page.dto';

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
export class AdminSessionPageView {
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

/** @param currentId Id of the session of the request. */
export function viewPage(
  { sessions, next, examined }: SessionPage,
  total: number,
  currentId: string,
): AdminSessionPageView {
  return {
    total,
    sessions: sessions.map((snapshot) => viewOf(snapshot, currentId)),
    next: next && placeOf(next),
    examined,
  };
}

function viewOf(snapshot: SessionSnapshot, currentId: string): AdminSessionView {
  const { user, roles, authenticatedAt } = snapshot.session;
  return Object.assign(viewListed(snapshot, currentId), {
    user: { id: user.id, username: user.username },
    roles,
    authenticatedAt: new Date(authenticatedAt).toISOString(),
  });
}
