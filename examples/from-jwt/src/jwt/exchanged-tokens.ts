import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { orUnavailable } from 'nest-sessions/store';
import type { Claims } from './old-tokens.js';

/** Seconds by which the clock of Redis may be ahead of this process' clock. */
const CLOCK_TOLERANCE = 60;

// #region exchanged-tokens
/** JWTs that became sessions. Each is kept until it would have expired. */
@Injectable()
export class ExchangedTokens {
  constructor(private readonly redis: Redis) {}

  /** @returns whether this call is the first for this token */
  async add(token: string, { exp }: Claims): Promise<boolean> {
    const until = exp + CLOCK_TOLERANCE;
    const added = this.redis.set(keyOf(token), '', 'EXAT', until, 'NX');
    return (await orUnavailable(added)) === 'OK';
  }

  async has(token: string): Promise<boolean> {
    return (await orUnavailable(this.redis.exists(keyOf(token)))) === 1;
  }
}

/** Leaves the signature out: with some algorithms, one content has several valid signatures. */
function keyOf(token: string): string {
  const content = token.slice(0, token.lastIndexOf('.'));
  return `exchanged-jwt:${createHash('sha256').update(content).digest('base64url')}`;
}
// #endregion exchanged-tokens
