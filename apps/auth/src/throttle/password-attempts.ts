import { toMilliseconds } from 'nest-sessions';
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
  /** As it was typed. */
  readonly username: string;
  /** The client's address. Text that is not an address counts as one place. */
  readonly ip: string | null;
  /** The token of a known device that came along, see {@link KnownDevices}. */
  readonly device?: string | null;
}

/** A counter, and the key under which it counts an attempt. */
type Count = readonly [counter: FailureCounter, key: string];

/** The first is forgotten after the right password. */
type Counts = readonly [Count, ...Count[]];

/**
 * Throttles the guessing of passwords: every check of one goes through {@link check}.
 *
 * Wrong passwords are counted for the account at the network, for the account everywhere and for the
 * network; those from a known device of the account for the device alone. After some that are free, each
 * makes the next attempt wait twice as long. An attempt made while waiting does not prolong the wait, so
 * that an account cannot be locked for ever. (OWASP ASVS 5.0, 6.3.1; NIST SP 800-63B-4, 3.2.2.)
 *
 * While an account waits, an attempt is compared all the same, and only a right password from a network
 * where the account has signed in lately is accepted. Every other attempt gets the same answer after the
 * same time, so that neither tells whether the name exists.
 */
export class PasswordAttempts {
  readonly #pairs: FailureCounter;
  readonly #accounts: FailureCounter;
  readonly #networks: FailureCounter;
  readonly #devices: FailureCounter;
  readonly #known: KnownNetworks;
  readonly #knownDevices: KnownDevices;

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
    this.#devices = counter('device-failures', options.freeForPair);
    this.#known = new KnownNetworks(client);
    this.#knownDevices = new KnownDevices(client);
  }

  /**
   * Does the work, unless it has to wait, and counts how it ends. The wait is asked for before the work
   * queues for bcrypt, and again when its turn has come: attempts that queued meanwhile may have failed.
   *
   * @param work Passes its turn to the comparison of the password, as `UsersService.authenticate`.
   * @throws SignInThrottledError when the attempt comes too soon
   * @throws SessionStoreUnavailableError when Redis cannot say so, or cannot count: no attempt is accepted,
   *   and no guess is free
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

  /** Known networks and devices do not queue behind the others. */
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
    // Asked in this order for every name, whatever comes of it: the time must not tell.
    const isKnown = await this.#known.has(keys);
    const wait = await this.#accounts.waitOf(keys.account);
    const isRight = await compare();
    if (isRight && (isKnown || wait <= 0)) {
      await this.#welcome(keys, counts);
      return true;
    }
    // While the account waits nothing prolongs that.
    await addTo(wait > 0 ? counts : [...counts, account]);
    if (wait > 0) throw this.#refusal(wait);
    return false;
  }

  /**
   * The counts of the network and of the account stay: an attacker could clear the one of his network with
   * an account of his own, and the owner's sign-in would clear the one of those who attack the account.
   */
  async #welcome(keys: AttemptKeys, [[counter, key]]: Counts): Promise<void> {
    await Promise.all([counter.forget(key), this.#known.remember(keys)]);
  }

  /** @throws SignInThrottledError for the longest of the waits */
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
