import { EnvironmentError, loadEnvironment } from '@app/platform';
import type { SecurityLog } from 'nest-sessions/audit';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { createSessionManager } from 'nest-sessions/issuer';
import type { SessionEventCause } from 'nest-sessions/events';
import { LiveSessionsEnvironment } from './live-sessions.environment';

/** Changes of a user's live sessions by the command line, in addition to the change in the user database. */
export interface LiveSessions {
  /** Removes the roles that are not in this list from every live session of the user. */
  limitRoles(userId: string, roles: readonly string[]): Promise<void>;
  /** Gives every live session of the user these roles, and no others. */
  setRoles(userId: string, roles: readonly string[]): Promise<void>;
  /** Ends every live session of the user. */
  revokeAll(userId: string): Promise<void>;
  /** Closes the connection; the sessions stay valid. */
  close(): Promise<void>;
}

/** Author of a change by the command line, in events. */
export const OPERATOR = 'operator';

/** Cause in the events of the sessions. */
const BY_OPERATOR: SessionEventCause = { by: OPERATOR };

const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Opens the session store of the services.
 *
 * @param env environment with `REDIS_URL`, or the variables that stand for it
 * @param securityLog receives the changes of sessions
 * @throws Error that explains the fix when there is no session store, or the store does not answer
 */
export async function openLiveSessions(
  env: NodeJS.ProcessEnv,
  securityLog: SecurityLog,
): Promise<LiveSessions> {
  const environment = environmentIn(env);
  const client = createRedisClient(environment.redis);
  // A connection that fails later fails the command that needs the connection.
  client.on('error', () => undefined);
  const failure = await whenReady(client, CONNECT_TIMEOUT_MS);
  if (failure) {
    client.disconnect();
    throw unusable(`REDIS_URL: cannot be used (${failure.message})`);
  }
  const options = {
    waitReplicas: environment.SESSION_WAIT_REPLICAS,
    services: environment.SESSION_SERVICES,
  };
  const manager = createSessionManager(client, options, securityLog);
  return {
    limitRoles: async (userId, roles) => {
      await manager.limitRoles(userId, roles, BY_OPERATOR);
    },
    setRoles: async (userId, roles) => {
      await manager.setRoles(userId, roles, BY_OPERATOR);
    },
    revokeAll: async (userId) => {
      await manager.revokeAll(userId, { ...BY_OPERATOR, reason: 'password-changed' });
    },
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

function environmentIn(env: NodeJS.ProcessEnv): LiveSessionsEnvironment {
  try {
    return loadEnvironment(LiveSessionsEnvironment, env);
  } catch (error) {
    throw error instanceof EnvironmentError ? unusable(error.problems.join(' ')) : error;
  }
}

function unusable(what: string): Error {
  return new Error(
    `${what} The change must reach live sessions, so Redis is required. If no service runs, add --no-sessions`,
  );
}
