import type { Duration } from 'nest-sessions';

/** What may be said of the throttling of passwords, and what holds where nothing is said. */
export class ThrottleOptions {
  /** How many wrong passwords for one account from one network cost nothing. */
  readonly freeForPair: number = 10;

  /** How many for one account from all networks together that it has never signed in from. */
  readonly freeForAccount: number = 50;

  /** How many from one network for all accounts together. */
  readonly freeForNetwork: number = 100;

  /** How long the next attempt waits after the first that is not free, in milliseconds. */
  readonly firstWait: number = 1_000;

  /** Each further wrong password doubles the wait up to this; a day at most. */
  readonly longestWait: Duration = '15m';
}

/** How long after the last wrong password all of them are forgotten, in milliseconds. */
export const FORGET_AFTER = 24 * 60 * 60_000;

/** How long a network is known after the last sign-in of an account from there, in milliseconds. */
export const KNOWN_FOR = 30 * 24 * 60 * 60_000;
