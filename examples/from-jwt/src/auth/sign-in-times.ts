import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RedisIssuerSessionStore } from 'nest-sessions/issuer';
import { NEVER_RECENT } from '../jwt/never-recent.js';

/** An exchange is not a sign-in: the time of the last sign-in may be long ago. */
@Injectable()
export class SignInTimes {
  readonly #store: RedisIssuerSessionStore;

  constructor(redis: Redis) {
    this.#store = new RedisIssuerSessionStore(redis);
  }

  /** Makes `@RequireRecentSignIn()` refuse a session. @returns `false` when the session is gone */
  async makeUnknown(sessionId: string): Promise<boolean> {
    const changed = await this.#store.update(sessionId, (session) =>
      session.with({ authenticatedAt: NEVER_RECENT }),
    );
    return changed !== null;
  }
}
