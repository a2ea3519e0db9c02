import { EnvironmentError, loadEnvironment, RedisEnvironment } from '@app/platform';
import {
  createRedisClient,
  RedisIssuerSessionStore,
  SessionIssuerOptions,
  SessionManager,
  type RedisTarget,
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
 * @param env where `REDIS_URL`, or what stands for it, is looked for
 * @throws Error that says what to do when there is none, or it does not answer
 */
export async function openLiveSessions(env: NodeJS.ProcessEnv): Promise<LiveSessions> {
  const client = createRedisClient(targetIn(env));
  // A connection that fails later fails the command that needs it.
  client.on('error', () => undefined);
  const failure = await whenReady(client, CONNECT_TIMEOUT_MS);
  if (failure) {
    client.disconnect();
    throw unusable(`REDIS_URL: cannot be used (${failure.message})`);
  }
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

function targetIn(env: NodeJS.ProcessEnv): RedisTarget {
  try {
    return loadEnvironment(RedisEnvironment, env).redis;
  } catch (error) {
    throw error instanceof EnvironmentError ? unusable(error.problems.join(' ')) : error;
  }
}

function unusable(what: string): Error {
  return new Error(
    `${what} Live sessions must follow the change, so the Redis of the services is needed; ` +
      'when no service runs, say --no-sessions',
  );
}
