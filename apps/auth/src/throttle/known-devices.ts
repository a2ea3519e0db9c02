import { createToken, isToken, sessionIdOf } from 'nest-sessions/issuer';
import type { Cluster, Redis } from 'ioredis';
import { accountOf } from './attempt-keys';
import { redisAnswer } from './redis-answer';
import { KNOWN_FOR } from './throttle.options';

/** A browser that an account has signed in from. */
export interface KnownDevice {
  readonly token: string;
  /** Whether the account has signed in from this browser before. */
  readonly isReturning: boolean;
}

/**
 * Browsers that an account has signed in from lately. A random token in a separate cookie identifies each
 * browser; Redis stores the SHA-256 of the token. The token grants no access: it only exempts its browser
 * from the waits that other people's wrong passwords cause (OWASP, "Slow Down Online Guessing Attacks with
 * Device Cookies").
 *
 * Every method throws SessionStoreUnavailableError when Redis does not answer or is full.
 */
export class KnownDevices {
  constructor(private readonly client: Redis | Cluster) {}

  /** Returns the key of the device's own count, or `null` when the token does not belong to this account. */
  async find(username: string, token: string | null): Promise<string | null> {
    if (token === null || !isToken(token)) return null;
    const device = sessionIdOf(token);
    const account = await redisAnswer(this.client.get(keyOf(device)));
    return account === accountOf(username) ? device : null;
  }

  /**
   * Remembers the browser for 30 days from now on.
   *
   * @param sent The token that the browser sent; kept if it belongs to this account.
   * @returns the token to send to the browser, and whether the account has signed in there before
   */
  async remember(username: string, sent: string | null): Promise<KnownDevice> {
    const isReturning = (await this.find(username, sent)) !== null;
    const token = isReturning && sent !== null ? sent : createToken();
    const key = keyOf(sessionIdOf(token));
    await redisAnswer(this.client.set(key, accountOf(username), 'EX', KNOWN_FOR / 1_000));
    return { token, isReturning };
  }
}

function keyOf(device: string): string {
  return `throttle:device:${device}`;
}
