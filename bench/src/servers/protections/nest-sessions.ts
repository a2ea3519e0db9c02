import {
  createRedisClient,
  createSessionManager,
  SessionModule,
  type SessionModuleOptions,
  whenReady,
} from '@app/session';
import type { Protection, ProtectionFactory } from '../protection';
import { REQUIRED_ROLE, sessionContent } from '../session-content';

const CONNECT_TIMEOUT_MS = 5000;

/** This library, as its documentation says. */
export function nestSessions(options: Partial<SessionModuleOptions> = {}): ProtectionFactory {
  return ({ redisUrl }): Promise<Protection> =>
    Promise.resolve({
      module: {
        imports: [
          SessionModule.forRoot({ redis: redisUrl, requiredRole: REQUIRED_ROLE, ...options }),
        ],
      },
      credentials: async () => {
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
      },
    });
}
