import type { Session } from '../session/session.js';
import type { FindOptions } from '../store/session.store.js';
import type { TokenRequest } from '../token/token-headers.js';

/**
 * How a service learns who is asking.
 *
 * The contract, for every implementation:
 * - Unknown, expired, revoked, forged and malformed are `null`. Only infrastructure throws, and then
 *   always a `SessionStoreUnavailableError`; a request with two tokens is an `AmbiguousTokenError`.
 * - What it gives was live when it was asked, or within the staleness that was configured.
 */
export abstract class SessionSource {
  /** The live session that a request brings the proof of, or `null`. At once where it is known. */
  abstract find(
    request: TokenRequest,
    options?: FindOptions,
  ): Session | null | Promise<Session | null>;

  /**
   * The live session on whose behalf another service calls, or `null`.
   *
   * @param reference What {@link refer} gave there. That the caller sent it was proven before.
   */
  abstract findReferred(
    reference: string,
    caller: string,
    options?: FindOptions,
  ): Session | null | Promise<Session | null>;

  /** What names a session to another service. It proves nothing by itself. */
  abstract refer(session: Session): string;

  /** Notes that a session was used, once a request was let in; see `SessionStore.touch`. */
  abstract touch(session: Session): Promise<void> | undefined;

  /** Resolves when it can be asked. */
  abstract ping(): Promise<void>;
}
