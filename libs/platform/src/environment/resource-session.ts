import type { SessionModuleOptions } from 'nest-sessions';
import { Transport } from '@nestjs/microservices';
import type { Cluster, Redis } from 'ioredis';
import type { ResourceEnvironment } from './resource.environment';

/**
 * Returns the session module's options for a service that only asks who is signed in, for the source that its
 * environment selects.
 *
 * @param client `null` for a service that reaches no Redis.
 */
export function resourceSession(
  environment: ResourceEnvironment,
  client: Redis | Cluster | null,
): SessionModuleOptions {
  const { AUTH_RPC_PORT, authRpcHost, authUrl, session } = environment;
  const rpc = {
    client: {
      transport: Transport.TCP,
      options: { host: authRpcHost, port: AUTH_RPC_PORT },
    } as const,
  };
  switch (environment.SESSION_SOURCE) {
    case 'rpc':
      return { ...session, source: 'rpc', rpc };
    case 'gateway':
      return { ...session, source: 'gateway', gateway: { keys: authUrl }, rpc };
    case 'redis':
      return {
        ...session,
        ...(client && { client }),
        strict: environment.REDIS_STRICT,
        nearCache: environment.SESSION_NEAR_CACHE,
      };
  }
}
