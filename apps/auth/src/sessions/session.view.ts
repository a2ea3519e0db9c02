import type { Session } from 'nest-sessions';
import type { SessionSnapshot } from 'nest-sessions/issuer';
import { ApiProperty } from '@nestjs/swagger';

export class UserView {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'alice' })
  readonly username!: string;

  @ApiProperty({ example: ['orders', 'products'] })
  readonly roles!: readonly string[];
}

export class SessionView {
  @ApiProperty({ description: 'SHA-256 of the token: names the session, gives no access to it.' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'End by the idle timeout. Requests renew it.',
  })
  readonly expiresAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'End by the absolute timeout, regardless of requests.',
  })
  readonly absoluteExpiresAt!: string;
}

/** The signed-in user, and the lifetime of the session. */
export class CurrentSessionView {
  @ApiProperty()
  readonly user!: UserView;

  @ApiProperty()
  readonly session!: SessionView;
}

/** A session of a user, as its owner or an administrator sees it. */
export class ListedSessionView extends SessionView {
  @ApiProperty({ format: 'date-time' })
  readonly lastSeenAt!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly userAgent!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly ip!: string | null;

  @ApiProperty({ description: 'Whether the request came with this session.' })
  readonly current!: boolean;
}

export function viewCurrent(session: Session, expiresAt: number): CurrentSessionView {
  const { user, roles } = session;
  return {
    user: { id: user.id, username: user.username, roles },
    session: viewSession(session, expiresAt),
  };
}

/** @param currentId Id of the session of the request. */
export function viewListed(snapshot: SessionSnapshot, currentId: string): ListedSessionView {
  const { session, expiresAt, lastSeenAt } = snapshot;
  return Object.assign(viewSession(session, expiresAt), {
    lastSeenAt: toIso(lastSeenAt),
    userAgent: session.userAgent,
    ip: session.ip,
    current: session.id === currentId,
  });
}

function viewSession(session: Session, expiresAt: number): SessionView {
  return {
    id: session.id,
    createdAt: toIso(session.createdAt),
    expiresAt: toIso(expiresAt),
    absoluteExpiresAt: toIso(session.absoluteExpiresAt),
  };
}

/** Formats epoch milliseconds as RFC 3339. */
function toIso(time: number): string {
  return new Date(time).toISOString();
}
