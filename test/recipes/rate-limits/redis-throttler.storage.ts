import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Redis } from 'ioredis';

// #region storage
/** KEYS: counter. ARGV: window in ms, limit, block in ms. Result: hits, ms until the counter expires. */
const COUNT = `
  local hits = redis.call('INCR', KEYS[1])
  if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  if hits == ARGV[2] + 1 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
  return { hits, redis.call('PTTL', KEYS[1]) }`;

/** Counts the requests to all processes together. */
export class RedisThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly redis: Redis) {}

  async increment(key: string, ttl: number, limit: number, block: number, name: string) {
    const counter = `throttle:${name}:${key}`;
    const reply = await this.redis.eval(COUNT, 1, counter, ttl, limit, block);
    const [totalHits, left] = reply as [number, number];
    const timeToExpire = Math.ceil(left / 1000);
    return {
      totalHits,
      timeToExpire,
      isBlocked: totalHits > limit,
      timeToBlockExpire: timeToExpire,
    };
  }
}
// #endregion storage
