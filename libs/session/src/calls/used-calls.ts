import { LONGEST_LIFE } from './call-tokens.js';

/** A generation of names, in milliseconds: no call is good for longer. */
const GENERATION = LONGEST_LIFE * 1_000;

/**
 * Remembers which calls were made, each for as long as its signature is good, so that none is made twice
 * in this process. Names of one generation are forgotten at once, with the beginning of the next but one.
 */
export class UsedCalls {
  #current = new Set<string>();
  #previous = new Set<string>();
  #begun: number;

  /** @param now The time in milliseconds; any clock that only goes forward. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#begun = now();
  }

  /** @returns `false` for a call that was made before */
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
