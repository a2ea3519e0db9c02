import type { DynamicModule } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import type { Cluster, Redis } from 'ioredis';
import type { SessionModuleOptions } from 'nest-sessions';
import { SessionGatewayModule } from 'nest-sessions/gateway';
import { type RpcOptions, SessionRpcModule } from 'nest-sessions/rpc';
import type { ResourceEnvironment } from '../environment/resource.environment';

/**
 * Returns the session module's options for a service that only asks who is signed in.
 *
 * @param client `null` for a service that reaches no Redis.
 */
export function resourceSession(
  { session, REDIS_STRICT, SESSION_NEAR_CACHE }: ResourceEnvironment,
  client: Redis | Cluster | null,
): SessionModuleOptions {
  if (client === null) return session;
  return { ...session, client, strict: REDIS_STRICT, nearCache: SESSION_NEAR_CACHE };
}

/**
 * Returns the modules that provide sessions where the service reaches no Redis, for its `SESSION_SOURCE`.
 *
 * @param options Options of `SessionRpcModule` for which there is no variable.
 */
export function sessionSource(
  { AUTH_RPC_PORT: port, SESSION_SOURCE: source, authRpcHost: host, authUrl }: ResourceEnvironment,
  options: Pick<RpcOptions, 'cache'> = {},
): DynamicModule[] {
  if (source === 'redis') return [];
  const rpc = SessionRpcModule.forRoot({
    ...options,
    client: { transport: Transport.TCP, options: { host, port } },
  });
  // Behind a gateway, auth is asked to add attributes and to publish routes.
  return source === 'rpc' ? [rpc] : [rpc, SessionGatewayModule.forRoot({ keys: authUrl })];
}
