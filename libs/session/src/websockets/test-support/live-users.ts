import type { Redis } from 'ioredis';
import { createSessionManager } from '../../issuer/create-session-manager.js';
import type { SessionManager } from '../../issuer/session.manager.js';

/** Signed-in user. */
export interface LiveUser {
  readonly id: string;
  readonly sessionId: string;
  readonly token: string;
  readonly headers: { readonly authorization: string };
}

/** Signs users in and out, like an issuer in another process. */
export class LiveUsers {
  readonly manager: SessionManager;
  #users = 0;

  constructor(client: Redis) {
    this.manager = createSessionManager(client);
  }

  async signIn(...roles: string[]): Promise<LiveUser> {
    this.#users += 1;
    const user = { id: `u-${this.#users}`, username: `user${this.#users}` };
    const { token, session } = await this.manager.create({ user, roles });
    const headers = { authorization: `Bearer ${token}` };
    return { id: user.id, sessionId: session.id, token, headers };
  }
}
