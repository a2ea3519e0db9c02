import type { CurrentSessionJson, ListedSessionJson } from 'nest-sessions/console';
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
export class CurrentSessionView implements CurrentSessionJson {
  @ApiProperty()
  readonly user!: UserView;

  @ApiProperty()
  readonly session!: SessionView;
}

/** A session of a user, as its owner or an administrator sees it. */
export class ListedSessionView extends SessionView implements ListedSessionJson {
  @ApiProperty({ format: 'date-time' })
  readonly lastSeenAt!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly userAgent!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly ip!: string | null;

  @ApiProperty({ description: 'Whether the request came with this session.' })
  readonly current!: boolean;
}
