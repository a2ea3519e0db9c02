import { AsyncLocalStorage } from 'node:async_hooks';
import crypto, { hash } from 'node:crypto';
import timers, { setImmediate as tick } from 'node:timers/promises';

/** What asks for random bytes, and how often it has. */
interface Asker {
  readonly name: string;
  count: number;
}

/**
 * Makes runs of one scenario repeatable, as long as it lasts: random bytes depend on the operation that asks
 * for them and on how often it has, `Date.now()` on how often it was asked, and a pause takes no time.
 */
export class Repeatable {
  readonly #askers = new AsyncLocalStorage<Asker>();
  readonly #startedAt = Date.now();
  #now = this.#startedAt;
  #main: Asker = { name: 'main', count: 0 };
  readonly #spies: jest.SpyInstance[];

  /** @param seed Of other random bytes. */
  constructor(private readonly seed: number) {
    this.#spies = [
      jest.spyOn(Date, 'now').mockImplementation(() => (this.#now += 1)),
      jest.spyOn(timers, 'setTimeout').mockImplementation((_ms, value) => tick(value)),
      jest.spyOn(crypto, 'randomBytes').mockImplementation((size: number) => this.#bytes(size)),
    ];
  }

  /** Begins a run: time and random bytes are those of the first one again. */
  begin(): void {
    this.#now = this.#startedAt;
    this.#main = { name: 'main', count: 0 };
  }

  /** Runs an operation that has random bytes of its own. */
  as<T>(name: string, operation: () => T): T {
    return this.#askers.run({ name, count: 0 }, operation);
  }

  /** Puts back what it has replaced. */
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
