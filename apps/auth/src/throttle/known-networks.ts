import type { Cluster, Redis } from 'ioredis';
import type { AttemptKeys } from './attempt-keys';
import { redisAnswer } from './redis-answer';
import { KNOWN_FOR } from './throttle.options';

/**
 * Networks from which an account has signed in lately, and networks from which any account has.
 *
 * Every method throws SessionStoreUnavailableError when Redis does not answer or is full.
 */
export class KnownNetworks {
  constructor(private readonly client: Redis | Cluster) {}

  /** Returns whether this account has signed in from this network lately. */
  has({ pair }: AttemptKeys): Promise<boolean> {
    return this.#exists(keyOfPair(pair));
  }

  /**
   * Returns whether any account has signed in from this network lately: the result reveals nothing about the
   * name.
   */
  hasAny({ network }: AttemptKeys): Promise<boolean> {
    return this.#exists(keyOfNetwork(network));
  }

  async remember({ pair, network }: AttemptKeys): Promise<void> {
    await Promise.all([this.#set(keyOfPair(pair)), this.#set(keyOfNetwork(network))]);
  }

  async #exists(key: string): Promise<boolean> {
    return (await redisAnswer(this.client.get(key))) !== null;
  }

  async #set(key: string): Promise<void> {
    await redisAnswer(this.client.set(key, '1', 'EX', KNOWN_FOR / 1_000));
  }
}

function keyOfPair(pair: string): string {
  return `throttle:known:${pair}`;
}

function keyOfNetwork(network: string): string {
  return `throttle:known-network:${network}`;
}
