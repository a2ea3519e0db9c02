import {
  type RedisClusterTarget,
  redisUrlOptions,
  safeClusterOptions,
  safeRedisOptions,
} from 'nest-sessions/redis';
import {
  ClusterModule,
  type ClusterModuleOptions,
  ClusterService,
  RedisModule,
  type RedisModuleOptions,
  RedisService,
} from '@liaoliaots/nestjs-redis';
import { Module } from '@nestjs/common';
import { ServiceEnvironment } from '../environment/service.environment';
import { SESSION_REDIS } from './session-redis.token';

/**
 * Provides the client of the Redis that keeps the sessions. The environment selects a single server, a server
 * behind Sentinels, or a Cluster. The whole app shares one client, which closes when the app shuts down. It
 * is `null` for a service that reaches no Redis.
 */
@Module({
  imports: [
    RedisModule.forRootAsync({ inject: [ServiceEnvironment], useFactory: redisOptions }),
    ClusterModule.forRootAsync({ inject: [ServiceEnvironment], useFactory: clusterOptions }),
  ],
  providers: [
    {
      provide: SESSION_REDIS,
      inject: [ServiceEnvironment, RedisService, ClusterService],
      useFactory: (
        environment: ServiceEnvironment,
        single: RedisService,
        cluster: ClusterService,
      ) => {
        if (!environment.usesRedis()) return null;
        return isCluster(environment.redis) ? cluster.getOrThrow() : single.getOrThrow();
      },
    },
  ],
  exports: [SESSION_REDIS],
})
export class SessionRedisModule {}

// SessionModule reports errors itself, once each; hence `errorLog: false`.

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type that the package requires
function redisOptions(...[environment]: any[]): RedisModuleOptions {
  const service = environment as ServiceEnvironment;
  const { redis } = service;
  if (!service.usesRedis() || isCluster(redis)) return { config: [] };
  const config = safeRedisOptions(typeof redis === 'string' ? redisUrlOptions(redis) : redis);
  return { config, errorLog: false };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type that the package requires
function clusterOptions(...[environment]: any[]): ClusterModuleOptions {
  const service = environment as ServiceEnvironment;
  const { redis } = service;
  if (!service.usesRedis() || !isCluster(redis)) return { config: [] };
  const config = { nodes: redis.nodes, ...safeClusterOptions(redis.options) };
  return { config, errorLog: false };
}

function isCluster(target: ServiceEnvironment['redis']): target is RedisClusterTarget {
  return typeof target === 'object' && 'nodes' in target;
}
