import type { Session } from '../session/session.js';

/** A value that a service gives to a session, under a name of its own. */
export interface Addition {
  readonly service: string;
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

/**
 * What became of an addition: `'added'`, `'taken'` when the service has given the name a value before,
 * `'full'` when the service has added as much as it may (`hasRoomFor`), `'gone'` when the session has ended.
 */
export type AdditionOutcome = 'added' | 'taken' | 'full' | 'gone';

/** How a session is looked for. */
export interface FindOptions {
  /**
   * Asks where the sessions are kept, whatever this process remembers.
   * @default false
   */
  readonly fresh?: boolean;
}

/**
 * What a service needs of a store: to find who is asking, to note that they are still there, and to
 * add to what is known of them.
 *
 * The contract, for every implementation:
 * - Unknown, expired, revoked and malformed are `null`. Only infrastructure throws, and then always
 *   a `SessionStoreUnavailableError`.
 * - Nothing here creates anything: a session that is gone stays gone, whatever was in flight.
 */
export abstract class SessionStore {
  /**
   * The live session of this id, or `null`. Both of its timeouts were held against the clock. At once
   * where this process knows it, else by a promise.
   */
  abstract find(id: string, options?: FindOptions): Session | null | Promise<Session | null>;

  /**
   * Starts the idle timeout anew. Called after a request was let in; may be skipped when the same
   * session was touched a moment ago. Does nothing for a session that is gone. `undefined` where there
   * is nothing to wait for.
   */
  abstract touch(session: Session): Promise<void> | undefined;

  /**
   * Gives a live session a value that nobody can change or delete as long as the session lasts; it ends
   * with the session. Of two that add under one name at once, one is told that it is taken.
   */
  abstract add(session: Session, addition: Addition): Promise<AdditionOutcome>;

  /** What a service has added to a session: name to JSON. Empty when nothing, or no session. */
  abstract additions(id: string, service: string): Promise<ReadonlyMap<string, string>>;

  /** Resolves when the store answers. */
  abstract ping(): Promise<void>;
}
