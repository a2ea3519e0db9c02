import { toMilliseconds } from 'nest-sessions/common';
import type { Cluster, Redis } from 'ioredis';
import type { PasswordTurn } from '../passwords/password-turn';
import type { QueueLane } from '../passwords/queue-lane';
import { type AttemptKeys, attemptKeys } from './attempt-keys';
import { FailureCounter } from './failure-counter';
import { KnownDevices } from './known-devices';
import { KnownNetworks } from './known-networks';
import { SignInThrottledError } from './sign-in-throttled.error';
import { ThrottleOptions } from './throttle.options';

/** An attempt at a password. */
export interface PasswordAttempt {
  /** As typed. */
  readonly username: string;
  /** Address of the client. All texts that are not an address count as one network. */
  readonly ip: string | null;
  /** Device token of the request, see {@link KnownDevices}. */
  readonly device?: string | null;
}

/** A counter, and the key under which it counts an attempt. */
type Count = readonly [counter: FailureCounter, key: string];

/** The right password resets the first count. */
type Counts = readonly [Count, ...Count[]];

/**
 * Throttles password guessing: every check of a password goes through {@link check}.
 *
 * Wrong passwords count for the account at the network, for the account everywhere and for the network. From
 * a known device of the account, they count for the device alone. After some free attempts, each wrong
 * password doubles the wait for the next attempt. An attempt during the wait does not prolong it, so that an
 * account cannot be locked forever. (OWASP ASVS 5.0, 6.3.1; NIST SP 800-63B-4, 3.2.2.)
 *
 * While an account waits, the password of an attempt is still compared. Only a right password from a network
 * where the account has signed in lately is accepted. Every other attempt gets the same response after the
 * same time, so that neither reveals whether the name exists.
 */
export class PasswordAttempts {
  readonly #pairs: FailureCounter;
  readonly #accounts: FailureCounter;
  readonly #networks: FailureCounter;
  readonly #devices: FailureCounter;
  readonly #known: KnownNetworks;
  readonly #knownDevices: KnownDevices;

  /** @param onRefused Called for each attempt that comes too soon. */
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
    this.#devices = counter('device-failures', options.freeForPair);
    this.#known = new KnownNetworks(client);
    this.#knownDevices = new KnownDevices(client);
  }

  /**
   * Runs the work, unless the attempt must wait, and counts the result. The wait is checked before the work
   * queues for bcrypt, and again when its turn has come: other queued attempts may have failed in the
   * meantime.
   *
   * @param work Passes its turn to the comparison of the password, as `UsersService.authenticate` does.
   * @throws SignInThrottledError when the attempt comes too soon
   * @throws SessionStoreUnavailableError when Redis cannot return or increase the counts: no attempt is
   *   accepted, and no guess is free
   */
  async check<T>(attempt: PasswordAttempt, work: (turn: PasswordTurn) => Promise<T>): Promise<T> {
    const keys = attemptKeys(attempt.username, attempt.ip);
    const device = await this.#knownDevices.find(attempt.username, attempt.device ?? null);
    const counts: Counts =
      device === null
        ? [
            [this.#pairs, keys.pair],
            [this.#networks, keys.network],
          ]
        : [[this.#devices, device]];
    await this.#refuseTooSoon(counts);
    const around: PasswordTurn['around'] = async (compare) => {
      await this.#refuseTooSoon(counts);
      return device === null
        ? this.#compareStrange(keys, counts, compare)
        : this.#compareKnown(keys, counts, compare);
    };
    return work({ lane: await this.#laneOf(keys, device), around });
  }

  /** Returns the lane of an attempt. Known networks and devices do not queue behind the others. */
  async #laneOf(keys: AttemptKeys, device: string | null): Promise<QueueLane> {
    if (device !== null) return { name: device, isKnown: true };
    return { name: keys.network, isKnown: await this.#known.hasAny(keys) };
  }

  async #compareKnown(
    keys: AttemptKeys,
    counts: Counts,
    compare: () => Promise<boolean>,
  ): Promise<boolean> {
    const isRight = await compare();
    if (isRight) await this.#welcome(keys, counts);
    else await addTo(counts);
    return isRight;
  }

  async #compareStrange(
    keys: AttemptKeys,
    counts: Counts,
    compare: () => Promise<boolean>,
  ): Promise<boolean> {
    const account: Count = [this.#accounts, keys.account];
    // Queried in this order for every name, whatever the result: the response time must reveal nothing.
    const isKnown = await this.#known.has(keys);
    const wait = await this.#accounts.waitOf(keys.account);
    const isRight = await compare();
    if (isRight && (isKnown || wait <= 0)) {
      await this.#welcome(keys, counts);
      return true;
    }
    // While the account waits, no failure prolongs the wait.
    await addTo(wait > 0 ? counts : [...counts, account]);
    if (wait > 0) throw this.#refusal(wait);
    return false;
  }

  /**
   * Resets the first count and remembers the network. The counts of the network and of the account stay.
   * Attackers could otherwise reset the count of their network by a sign-in to their own account. And a
   * sign-in of the owner would reset the count of attacks on the account.
   */
  async #welcome(keys: AttemptKeys, [[counter, key]]: Counts): Promise<void> {
    await Promise.all([counter.forget(key), this.#known.remember(keys)]);
  }

  /** @throws SignInThrottledError with the longest of the waits */
  async #refuseTooSoon(counts: readonly Count[]): Promise<void> {
    const waits = await Promise.all(counts.map(([counter, key]) => counter.waitOf(key)));
    const longest = Math.max(...waits);
    if (longest > 0) throw this.#refusal(longest);
  }

  #refusal(wait: number): SignInThrottledError {
    const refusal = new SignInThrottledError(Math.ceil(wait / 1_000));
    this.onRefused(refusal);
    return refusal;
  }
}

async function addTo(counts: readonly Count[]): Promise<void> {
  await Promise.all(counts.map(([counter, key]) => counter.add(key)));
}
