import { setTimeout as delay } from 'node:timers/promises';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import type { SessionStore } from '../../store/session.store.js';

/** Lets time pass, in milliseconds. */
export type Pass = (milliseconds: number) => unknown;

/** Part of an issuing store that prepares the sessions of a reading store. */
export type SessionWriter = Pick<IssuerSessionStore, 'insert' | 'remove'>;

/** Store under test without sessions, and what writes the sessions that it reads. */
export interface ReadingStores {
  /** Store under test. */
  readonly store: SessionStore;
  /** Store that writes the sessions. */
  readonly issuer: SessionWriter;
}

/** Ground on which a reading store is checked. */
export interface ReadingGround extends ReadingStores {
  readonly pass: Pass;
  /** Waits until a condition holds, while time passes. */
  readonly eventually: (condition: () => Promise<boolean>) => Promise<void>;
}

/** Ground on which an issuing store is checked. */
export interface IssuingGround extends ReadingGround {
  readonly store: IssuerSessionStore;
  readonly issuer: IssuerSessionStore;
}

/** Timeout in milliseconds: long enough to read a session before it ends, short enough to wait for. */
export const SHORT = 100;

/**
 * Allowed lead of the clock of the store's server, in milliseconds. Even on one machine, a clock with a finer
 * resolution than `Date.now()` is ahead by a fraction.
 */
export const CLOCK_TOLERANCE = 1_000;

/** Time between two reads of a session, in milliseconds. */
export const STEP = 20;

/** Number of reads after which a condition counts as never true. */
const MAX_LOOKS = 500;

export function groundOf<Stores extends ReadingStores>(
  { store, issuer }: Stores,
  pass: Pass = delay,
): Stores & ReadingGround {
  const eventually: ReadingGround['eventually'] = async (condition) => {
    for (let look = 0; !(await condition()); look += 1) {
      if (look === MAX_LOOKS) throw new Error(`Never held: ${condition.toString()}`);
      await pass(STEP);
    }
  };
  return { store, issuer, pass, eventually } as Stores & ReadingGround;
}
