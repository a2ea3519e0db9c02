import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';

/**
 * Carrier of the current request or message: the object to which the guard attaches the session. Follows the
 * request through everything that it causes. Each application has its own.
 */
@Injectable()
export class CurrentCarrier {
  readonly #storage = new AsyncLocalStorage<object>();

  /** Returns the carrier; `undefined` outside of a request. */
  get(): object | undefined {
    return this.#storage.getStore();
  }

  /** Runs work, and everything that it causes, with this carrier. */
  run<T>(carrier: object, work: () => T): T {
    return this.#storage.run(carrier, work);
  }
}
