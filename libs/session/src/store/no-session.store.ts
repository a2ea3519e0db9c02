import { HttpStatus } from '@nestjs/common';
import { SessionException } from '../errors/session-exception.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStore } from './session.store.js';

/** Store of a service that knows sessions from each request alone: it reaches no store. */
export class NoSessionStore extends SessionStore {
  find(): Promise<never> {
    return Promise.reject(unreachable());
  }

  touch(): undefined {
    return undefined;
  }

  /** @throws SessionException 501 */
  add(): Promise<never> {
    return Promise.reject(unsupported());
  }

  /** @throws SessionException 501 */
  attributes(): Promise<never> {
    return Promise.reject(unsupported());
  }

  override ping(): Promise<never> {
    return Promise.reject(unreachable());
  }
}

function unreachable(): SessionOptionsError {
  return new SessionOptionsError(
    "This service has no session store. Give SessionModule a 'client', 'redis' or 'store', or import SessionRpcModule from 'nest-sessions/rpc'.",
  );
}

function unsupported(): SessionException {
  return new SessionException(
    HttpStatus.NOT_IMPLEMENTED,
    'ERR_SESSION_ADDITIONS_UNSUPPORTED',
    'Not Implemented',
    'This service cannot store write-once attributes, because it has no access to the session store.',
  );
}
