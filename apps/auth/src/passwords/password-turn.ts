import { OWN_LANE, type QueueLane } from './queue-lane';

/** The place of one comparison of a password with its hash: where it waits, and what surrounds it. */
export interface PasswordTurn {
  readonly lane: QueueLane;

  /**
   * Surrounds the comparison once its turn at bcrypt has come: may refuse before or after it, by throwing,
   * and learns the outcome before the turn goes to the next. Returns what the comparison returned.
   *
   * @param compare `true` only when the password is right and the user may sign in.
   */
  around(compare: () => Promise<boolean>): Promise<boolean>;
}

/** Surrounds it with nothing. */
export const PLAIN_TURN: PasswordTurn = { lane: OWN_LANE, around: (compare) => compare() };
