import type { PasswordAttempt, PasswordAttempts } from '../password-attempts';

export const HOME = { username: 'alice', ip: '192.0.2.7' };
export const AWAY = { username: 'alice', ip: '198.51.100.7' };

export const OPTIONS = {
  freeForPair: 3,
  freeForAccount: 5,
  freeForNetwork: 8,
  firstWait: 60_000,
  longestWait: '10m',
};

/** Number of calls of the function that stands for bcrypt. */
export const comparisons = { count: 0 };

export const right = (attempts: PasswordAttempts, attempt: PasswordAttempt) =>
  outcomeOf(attempts, attempt, true);
export const wrong = (attempts: PasswordAttempts, attempt: PasswordAttempt) =>
  outcomeOf(attempts, attempt, false);

function outcomeOf(attempts: PasswordAttempts, attempt: PasswordAttempt, isRight: boolean) {
  return attempts.check(attempt, (turn) =>
    turn.around(() => {
      comparisons.count += 1;
      return Promise.resolve(isRight);
    }),
  );
}

export async function wrongTimes(
  times: number,
  attempts: PasswordAttempts,
  attempt: PasswordAttempt,
) {
  for (let i = 0; i < times; i += 1) await wrong(attempts, attempt);
}

/** An attempt from a different address for each `i`, on a network that the account does not know. */
export const elsewhere = (i: number) => ({ username: 'alice', ip: `203.0.113.${i}` });
