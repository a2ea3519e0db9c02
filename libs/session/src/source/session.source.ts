import type { Session } from '../session/session.js';
import type { FindOptions } from '../store/session.store.js';
import type { TokenRequest } from '../token/token-headers.js';

/**
 * Finds the session of a request.
 *
 * The contract, for every implementation:
 * - Unknown, expired, revoked, forged and malformed sessions are `null`. Only infrastructure failures throw,
 *   always a `SessionStoreUnavailableError`. A request with two tokens throws an `AmbiguousTokenError`.
 * - A returned session was live at the time of the call, or within the configured staleness.
 */
export abstract class SessionSource {
  /**
   * Returns the live session that a request proves, or `null`: a value when this process knows the session,
   * otherwise a promise. Like Nest's `canActivate()`, so that the guard of a known session awaits nothing.
   */
  abstract find(
    request: TokenRequest,
    options?: FindOptions,
  ): Session | null | Promise<Session | null>;

  /**
   * Returns the live session on whose behalf another service calls, or `null`.
   *
   * @param reference Result of {@link refer} in the calling service, which is authenticated already.
   */
  abstract findReferred(
    reference: string,
    caller: string,
    options?: FindOptions,
  ): Session | null | Promise<Session | null>;

  /** Returns a reference to a session for another service. A reference alone proves nothing. */
  abstract refer(session: Session): string;

  /** Renews the idle timeout after a request was authorized; see `SessionStore.touch`. */
  abstract touch(session: Session): Promise<void> | undefined;

  /** Resolves when the source can answer. */
  abstract ping(): Promise<void>;
}
