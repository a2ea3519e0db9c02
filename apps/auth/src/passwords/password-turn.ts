/**
 * What surrounds the comparison of a password with a hash once its turn at bcrypt has come: it may refuse
 * before it, by throwing, and learns the outcome before the turn goes to the next. Gives what the
 * comparison gave.
 *
 * @param compare `true` only when the password is right and the user may sign in.
 */
export type PasswordTurn = (compare: () => Promise<boolean>) => Promise<boolean>;

/** Surrounds it with nothing. */
export const PLAIN_TURN: PasswordTurn = (compare) => compare();
