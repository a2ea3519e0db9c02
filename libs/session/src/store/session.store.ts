import type { Session } from '../session/session.js';

/** Write-once attribute of a session: a value under a name of the service. */
export interface WriteOnceAttribute {
  readonly service: string;
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

/**
 * Result of adding a write-once attribute:
 * - `'added'`
 * - `'taken'` when the service has used the name before
 * - `'full'` when the value exceeds what the service may add (`hasRoomFor`)
 * - `'gone'` when the session has ended or was superseded
 */
export type AddOutcome = 'added' | 'taken' | 'full' | 'gone';

/** Options of a session lookup. */
export interface FindOptions {
  /**
   * Reads the session from where sessions are kept, and ignores the memory of this process.
   * @default false
   */
  readonly fresh?: boolean;
}

/**
 * Store operations that every service needs: find a session, renew its idle timeout, and add write-once
 * attributes.
 *
 * The contract, for every implementation:
 * - Unknown, expired, revoked and malformed sessions are `null`. Only infrastructure failures throw, always
 *   a `SessionStoreUnavailableError`.
 * - No operation creates a session: a session that is gone stays gone, whatever was in flight.
 */
export abstract class SessionStore {
  /**
   * Returns the live session with this id, or `null`. Both timeouts are checked. The result is synchronous
   * when this process knows the session, otherwise a promise.
   */
  abstract find(id: string, options?: FindOptions): Session | null | Promise<Session | null>;

  /**
   * Renews the idle timeout after a request was authorized. A store may skip this when it renewed the same
   * session a moment ago. Has no effect on a session that is gone or superseded. Returns `undefined` when
   * there is nothing to wait for.
   */
  abstract touch(session: Session): Promise<void> | undefined;

  /**
   * Adds a write-once attribute to a live session. The attribute cannot be changed or deleted, and ends with
   * the session. Of two concurrent calls with the same name, one returns `'taken'`.
   */
  abstract add(session: Session, attribute: WriteOnceAttribute): Promise<AddOutcome>;

  /** Returns a service's attributes of a session: name to JSON. Empty without attributes or session. */
  abstract attributes(id: string, service: string): Promise<ReadonlyMap<string, string>>;

  /** Resolves when the store answers. */
  abstract ping(): Promise<void>;

  /** Drops this process' copy of a session that this process has changed. Most stores keep no copies. */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- for stores that keep copies
  forget(_id: string): void {
    return;
  }
}
