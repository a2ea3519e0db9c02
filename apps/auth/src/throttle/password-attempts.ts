import { toMilliseconds } from '@app/session';
import type { Cluster, Redis } from 'ioredis';
import type { PasswordTurn } from '../passwords/password-turn';
import { type AttemptKeys, attemptKeys } from './attempt-keys';
import { FailureCounter } from './failure-counter';
import { KnownNetworks } from './known-networks';
import { SignInThrottledError } from './sign-in-throttled.error';
import { ThrottleOptions } from './throttle.options';

/** Who tries a password. */
export interface PasswordAttempt {
  /** As it was typed. */
  readonly username: string;
  /** Where it comes from. What is no address counts as one place. */
  readonly ip: string | null;
}

/** A counter, and the key under which it counts an attempt. */
type Count = readonly [counter: FailureCounter, key: string];

/**
 * Throttles the guessing of passwords: every check of one goes through {@link check}.
 *
 * Wrong passwords are counted for the account at the network, for the account everywhere and for the
 * network. After some that are free, each makes the next attempt wait twice as long. An attempt
 * made while waiting is refused before bcrypt, is not counted and does not prolong the wait: nobody can
 * lock an account for ever, and from a network where the account has signed in lately it is not held up
 * by what others guess elsewhere. (OWASP ASVS 5.0, 6.3.1; NIST SP 800-63B-4, 3.2.2.)
 */
export class PasswordAttempts {
  readonly #pairs: FailureCounter;
  readonly #accounts: FailureCounter;
  readonly #networks: FailureCounter;
  readonly #known: KnownNetworks;

  /** @param onRefused Is told of each attempt that comes too soon. */
  constructor(
    client: Redis | Cluster,
    given: Partial<ThrottleOptions> = {},
    private readonly onRefused: (error: SignInThrottledError) => void = () => undefined,
  ) {
    const options = Object.assign(new ThrottleOptions(), given);
    const { firstWait } = options;
    const longestWait = toMilliseconds('longestWait', options.longestWait);
    const counter = (kind: string, free: number) =>
      new FailureCounter(client, kind, { free, firstWait, longestWait });
    this.#pairs = counter('pair', options.freeForPair);
    this.#accounts = counter('account', options.freeForAccount);
    this.#networks = counter('network', options.freeForNetwork);
    this.#known = new KnownNetworks(client);
  }

  /**
   * Does the work, unless it has to wait, and counts how it ends. The wait is asked for before the work
   * queues for bcrypt, and again when its turn has come: what queued meanwhile may have failed.
   *
   * @param work Hands what it is given to whoever compares the password, as `UsersService.authenticate`.
   * @throws SignInThrottledError when the attempt comes too soon
   * @throws SessionStoreUnavailableError when Redis cannot say so, or cannot count: nobody is let in, and
   *   no guess is free
   */
  async check<T>(attempt: PasswordAttempt, work: (turn: PasswordTurn) => Promise<T>): Promise<T> {
    const keys = attemptKeys(attempt.username, attempt.ip);
    const counts = await this.#countsOf(keys);
    await this.#refuseTooSoon(counts);
    return work(async (compare) => {
      await this.#refuseTooSoon(counts);
      const isRight = await compare();
      if (isRight) await this.#welcome(keys);
      else await Promise.all(counts.map(([counter, key]) => counter.add(key)));
      return isRight;
    });
  }

  async #countsOf({ account, network, pair }: AttemptKeys): Promise<Count[]> {
    const own: Count[] = [
      [this.#pairs, pair],
      [this.#networks, network],
    ];
    return (await this.#known.has(pair)) ? own : [...own, [this.#accounts, account]];
  }

  /**
   * The counts of the network and of the account stay: with an account of his own, somebody could clear
   * the one of his network, and the owner's sign-in the one of those who attack the account.
   */
  async #welcome({ pair }: AttemptKeys): Promise<void> {
    await Promise.all([this.#pairs.forget(pair), this.#known.remember(pair)]);
  }

  /** @throws SignInThrottledError for the longest of the waits */
  async #refuseTooSoon(counts: readonly Count[]): Promise<void> {
    const waits = await Promise.all(counts.map(([counter, key]) => counter.waitOf(key)));
    const longest = Math.max(...waits);
    if (longest <= 0) return;
    const refusal = new SignInThrottledError(Math.ceil(longest / 1_000));
    this.onRefused(refusal);
    throw refusal;
  }
}
