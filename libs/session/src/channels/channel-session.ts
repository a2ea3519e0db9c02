import type { Session } from '../session/session.js';
import type { Channel } from './channel.js';

/** Session with open channels. Times are monotonic milliseconds. */
export class ChannelSession {
  readonly channels = new Set<Channel>();
  /** Begin of the last read that found the session live. */
  verifiedAt: number;
  /** Time of the next read. */
  dueAt: number;

  constructor(
    public session: Session,
    now: number,
  ) {
    this.verifiedAt = now;
    this.dueAt = now;
  }
}
