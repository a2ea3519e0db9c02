import {
  createRedisClient,
  RedisIssuerSessionStore,
  SessionIssuerOptions,
  SessionManager,
  whenReady,
} from '@app/session';

/** What the command line must change in the live sessions of a user, beside the user database. */
export interface LiveSessions {
  /** Gives every live session of the user these roles, and no others. */
  setRoles(userId: string, roles: readonly string[]): Promise<void>;
  /** Ends every live session of the user. */
  revokeAll(userId: string): Promise<void>;
  /** Closes the connection; the sessions live on. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Opens the session store of the services.
 *
 * @param env where `REDIS_URL` is looked for
 * @throws Error that says what to do when there is none, or it does not answer
 */
export async function openLiveSessions({ REDIS_URL }: NodeJS.ProcessEnv): Promise<LiveSessions> {
  if (!REDIS_URL) throw unusable('is not set');
  const client = createRedisClient(REDIS_URL);
  const failure = await whenReady(client, CONNECT_TIMEOUT_MS);
  if (failure) {
    client.disconnect();
    throw unusable(`cannot be used (${failure.message})`);
  }
  // A connection that is lost later fails the command that needs it.
  client.on('error', () => undefined);
  // Nothing is issued here, so the defaults of what an issuer decides do not matter.
  const manager = new SessionManager(
    new RedisIssuerSessionStore(client),
    new SessionIssuerOptions({}),
  );
  return {
    setRoles: async (userId, roles) => {
      await manager.setRoles(userId, roles);
    },
    revokeAll: async (userId) => {
      await manager.revokeAll(userId);
    },
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

function unusable(what: string): Error {
  return new Error(
    `REDIS_URL: ${what}: it must name the Redis of the services, so that live sessions follow ` +
      'the change; when no service runs, say --no-sessions',
  );
}
