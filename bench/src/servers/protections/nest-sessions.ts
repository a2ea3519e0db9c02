import { SessionModule, type SessionModuleOptions } from 'nest-sessions';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { createSessionManager } from 'nest-sessions/issuer';
import type { Credentials, Protection, ProtectionFactory } from '../protection';
import { REQUIRED_ROLE, sessionContent } from '../session-content';

const CONNECT_TIMEOUT_MS = 5000;

/** This library, in the way of its documentation. */
export function nestSessions(options: Partial<SessionModuleOptions> = {}): ProtectionFactory {
  return ({ redisUrl }): Promise<Protection> => {
    const module = SessionModule.forRoot({
      redis: redisUrl,
      requiredRole: REQUIRED_ROLE,
      ...options,
    });
    return Promise.resolve({
      module: { imports: [module] },
      credentials: () => sessionCredentials(redisUrl),
    });
  };
}

/** Creates two sessions. Each token comes with unrelated cookies, as from a browser. */
export async function sessionCredentials(redisUrl: string): Promise<Credentials> {
  const client = createRedisClient(redisUrl);
  await whenReady(client, CONNECT_TIMEOUT_MS);
  const manager = createSessionManager(client);
  const credential = async (hasRole: boolean) => {
    const { token } = await manager.create(sessionContent(hasRole));
    return { cookie: `theme=dark; __Host-sid=${token}; locale=en-GB` };
  };
  try {
    return { valid: await credential(true), withoutRole: await credential(false) };
  } finally {
    client.disconnect();
  }
}
