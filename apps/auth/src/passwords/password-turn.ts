import { OWN_LANE, type QueueLane } from './queue-lane';

/**
 * Turn of one comparison of a password with its hash: the lane in which it waits, and the code that surrounds
 * it.
 */
export interface PasswordTurn {
  readonly lane: QueueLane;

  /**
   * Surrounds the comparison once its turn at bcrypt has come. May reject before or after the comparison, by
   * throwing, and gets the result before the next turn. Returns the result of the comparison.
   *
   * @param compare `true` only when the password is right and the user may sign in.
   */
  around(compare: () => Promise<boolean>): Promise<boolean>;
}

/** Turn that adds nothing to the comparison. */
export const PLAIN_TURN: PasswordTurn = { lane: OWN_LANE, around: (compare) => compare() };
