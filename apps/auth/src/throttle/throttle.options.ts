import type { Duration } from 'nest-sessions/common';

/** Options of the password throttling, with their defaults. */
export class ThrottleOptions {
  /** Number of free wrong passwords for one account from one network. */
  readonly freeForPair: number = 10;

  /**
   * Number of free wrong passwords for one account from all networks together. The wait applies to networks
   * from which the account has not signed in lately.
   */
  readonly freeForAccount: number = 50;

  /** Number of free wrong passwords from one network for all accounts together. */
  readonly freeForNetwork: number = 100;

  /** Wait after the first wrong password that is not free, in milliseconds. */
  readonly firstWait: number = 1_000;

  /** Upper limit of the wait, a day at most. Each further wrong password doubles the wait. */
  readonly longestWait: Duration = '15m';
}

/** Time from the last wrong password until all wrong passwords are forgotten, in milliseconds. */
export const FORGET_AFTER = 24 * 60 * 60_000;

/** How long a network or device is known after the last sign-in of an account from there, in milliseconds. */
export const KNOWN_FOR = 30 * 24 * 60 * 60_000;
