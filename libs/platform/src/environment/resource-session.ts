import type { SessionModuleOptions } from '@app/session';
import { Transport } from '@nestjs/microservices';
import type { Cluster, Redis } from 'ioredis';
import type { ResourceEnvironment } from './resource.environment';

/**
 * What the session module of a service is told that only asks who is signed in, whichever way its
 * environment says.
 *
 * @param client `null` for a service that reaches no Redis.
 */
export function resourceSession(
  environment: ResourceEnvironment,
  client: Redis | Cluster | null,
): SessionModuleOptions {
  const { AUTH_RPC_PORT, binding, calls, cookie, authRpcHost, authUrl } = environment;
  const reauthenticateAt = environment.SESSION_REAUTHENTICATE_AT;
  const shared = { cookie, binding, reauthenticateAt, ...(calls && { calls }) };
  const rpc = {
    client: {
      transport: Transport.TCP,
      options: { host: authRpcHost, port: AUTH_RPC_PORT },
    } as const,
  };
  switch (environment.SESSION_SOURCE) {
    case 'rpc':
      return { ...shared, source: 'rpc', rpc };
    case 'gateway':
      return { ...shared, source: 'gateway', gateway: { keys: authUrl }, rpc };
    case 'redis':
      return {
        ...shared,
        ...(client && { client }),
        strict: environment.REDIS_STRICT,
        nearCache: environment.SESSION_NEAR_CACHE,
      };
  }
}
