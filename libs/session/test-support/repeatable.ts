import { AsyncLocalStorage } from 'node:async_hooks';
import crypto, { hash } from 'node:crypto';
import timers, { setImmediate as tick } from 'node:timers/promises';

/** Operation that requests random bytes, and the number of its requests. */
interface Asker {
  readonly name: string;
  count: number;
}

/**
 * Makes the runs of one scenario repeatable while it exists. Random bytes depend on the requesting operation
 * and the number of its requests. `Date.now()` depends on the number of its calls. A pause takes no time.
 */
export class Repeatable {
  readonly #askers = new AsyncLocalStorage<Asker>();
  readonly #startedAt = Date.now();
  #now = this.#startedAt;
  #main: Asker = { name: 'main', count: 0 };
  readonly #spies: jest.SpyInstance[];

  /** @param seed Another seed gives other random bytes. */
  constructor(private readonly seed: number) {
    this.#spies = [
      jest.spyOn(Date, 'now').mockImplementation(() => (this.#now += 1)),
      jest.spyOn(timers, 'setTimeout').mockImplementation((_ms, value) => tick(value)),
      jest.spyOn(crypto, 'randomBytes').mockImplementation((size: number) => this.#bytes(size)),
    ];
  }

  /** Begins a run: time and random bytes start again as in the first run. */
  begin(): void {
    this.#now = this.#startedAt;
    this.#main = { name: 'main', count: 0 };
  }

  /** Runs an operation with random bytes of its own. */
  as<T>(name: string, operation: () => T): T {
    return this.#askers.run({ name, count: 0 }, operation);
  }

  /** Restores the replaced functions. */
  end(): void {
    for (const spy of this.#spies) spy.mockRestore();
  }

  #bytes(size: number): Buffer {
    const asker = this.#askers.getStore() ?? this.#main;
    asker.count += 1;
    const bytes = hash('sha256', `${this.seed} ${asker.name} ${asker.count}`, 'buffer');
    return bytes.subarray(0, size);
  }
}
