import { AsyncLocalStorage } from 'node:async_hooks';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';

/** Session on whose behalf this process works, and the request that carried it. */
export class OnBehalf {
  #hasEnded = false;

  constructor(
    readonly session: Session,
    readonly request: TokenRequest,
  ) {}

  /** Whether the request is answered, so that no call is made on its behalf. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  end(): void {
    this.#hasEnded = true;
  }
}

/**
 * Follows a request through all work that it causes. `null`: a request without a session. `undefined`: no
 * request, the service works by itself.
 */
export const onBehalf = new AsyncLocalStorage<OnBehalf | null | undefined>();
