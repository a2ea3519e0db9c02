import type { Cluster, Redis } from 'ioredis';
import { redisAnswer } from './redis-answer';
import { KNOWN_FOR } from './throttle.options';

/**
 * From which networks an account has signed in lately.
 *
 * Both methods throw SessionStoreUnavailableError when Redis does not answer or is full.
 */
export class KnownNetworks {
  constructor(private readonly client: Redis | Cluster) {}

  async has(pair: string): Promise<boolean> {
    return (await redisAnswer(this.client.get(keyOf(pair)))) !== null;
  }

  async remember(pair: string): Promise<void> {
    await redisAnswer(this.client.set(keyOf(pair), '1', 'EX', KNOWN_FOR / 1_000));
  }
}

function keyOf(pair: string): string {
  return `throttle:known:${pair}`;
}
