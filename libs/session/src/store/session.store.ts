import type { Session } from '../session/session.js';
import type { AddOutcome, WriteOnceAttribute } from './add-outcome.js';

/** Options of a session lookup. */
export interface FindOptions {
  /**
   * Reads the session from where sessions are kept, and ignores the memory of this process.
   * @default false
   */
  readonly fresh?: boolean;
}

/** Id that no session has: a session id is a SHA-256. */
const NO_SESSION = 'ping';

/**
 * Store operations that every service needs: find a session, renew its idle timeout, and add write-once
 * attributes.
 *
 * The contract, for every implementation:
 * - Unknown, expired, revoked and malformed sessions are `null`. Only infrastructure failures throw, always
 *   a `SessionStoreUnavailableError`.
 * - No operation creates a session: a session that is gone stays gone, whatever was in flight.
 *
 * `sessionStoreCases()` of `nest-sessions/testing` tests an implementation.
 */
export abstract class SessionStore {
  /** Returns the live session with this id, or `null`. Both timeouts are checked. */
  abstract find(id: string, options?: FindOptions): Promise<Session | null>;

  /**
   * Renews the idle timeout after a request was authorized. Has no effect on a session that is gone or
   * superseded. Returns `undefined` when there is nothing to wait for.
   *
   * A store may skip a renewal that follows another within a thirtieth of the idle timeout.
   */
  abstract touch(session: Session): Promise<void> | undefined;

  /**
   * Adds a write-once attribute to a live session. The attribute cannot be changed or deleted, and ends with
   * the session. Of two concurrent calls with the same name, one returns `'taken'`.
   */
  abstract add(session: Session, attribute: WriteOnceAttribute): Promise<AddOutcome>;

  /** Returns a service's attributes of a session: name to JSON. Empty without attributes or session. */
  abstract attributes(id: string, service: string): Promise<ReadonlyMap<string, string>>;

  /**
   * Returns what this process knows about a session without asking another process: the live session, or
   * `null` for no session. `undefined`, the default, means that only {@link find} can answer.
   */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- for stores that keep copies
  peek(_id: string): Session | null | undefined {
    return undefined;
  }

  /** Resolves when the store answers. By default, looks up an id that no session has. */
  async ping(): Promise<void> {
    await this.find(NO_SESSION, { fresh: true });
  }

  /** Drops this process' copy of a session that this process has changed. Most stores keep no copies. */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- for stores that keep copies
  forget(_id: string): void {
    return;
  }
}
