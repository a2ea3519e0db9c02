import { LONGEST_LIFE } from './call-tokens.js';

/** Length of a generation of ids, in milliseconds: no call is valid for longer. */
const GENERATION = LONGEST_LIFE * 1_000;

/**
 * Remembers the ids of received calls for as long as their signatures are valid, so that this process accepts
 * each call once. All ids of a generation are dropped together, at the beginning of the next generation but
 * one.
 */
export class UsedCalls {
  #current = new Set<string>();
  #previous = new Set<string>();
  #begun: number;

  /** @param now Returns the time in milliseconds, by any clock that only goes forward. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#begun = now();
  }

  /** @returns `false` for a call that was received before */
  add(id: string): boolean {
    this.#turnOver();
    if (this.#current.has(id) || this.#previous.has(id)) return false;
    this.#current.add(id);
    return true;
  }

  #turnOver(): void {
    const age = this.now() - this.#begun;
    if (age < GENERATION) return;
    this.#previous = age < 2 * GENERATION ? this.#current : new Set();
    this.#current = new Set();
    this.#begun = this.now();
  }
}
