import { AsyncLocalStorage } from 'node:async_hooks';
import type { Session } from '../session/session';
import type { TokenRequest } from '../token/token-headers';

/** For whom this process works at the moment: the session, and the request that brought it. */
export interface OnBehalf {
  readonly session: Session;
  readonly request: TokenRequest;
}

/**
 * Follows a request through everything that it causes. `null`: somebody without a session. `undefined`:
 * no request at all, the service works by itself.
 */
export const onBehalf = new AsyncLocalStorage<OnBehalf | null | undefined>();
