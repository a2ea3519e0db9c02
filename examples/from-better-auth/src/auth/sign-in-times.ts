import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RedisIssuerSessionStore } from 'nest-sessions/issuer';

/** An upgrade is not a sign-in: `@RequireRecentSignIn()` counts from the sign-in before it. */
@Injectable()
export class SignInTimes {
  readonly #store: RedisIssuerSessionStore;

  constructor(redis: Redis) {
    this.#store = new RedisIssuerSessionStore(redis);
  }

  /** Sets the time of the sign-in of a session. @returns `false` when the session is gone */
  async keep(sessionId: string, signedInAt: Date): Promise<boolean> {
    const changed = await this.#store.update(sessionId, (session) =>
      session.with({ authenticatedAt: signedInAt.getTime() }),
    );
    return changed !== null;
  }
}
