import {
  type RedisClusterTarget,
  redisUrlOptions,
  safeClusterOptions,
  safeRedisOptions,
} from 'nest-sessions';
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
 * The connection to the Redis that keeps the sessions, by the environment a single server, one behind
 * Sentinels, or a Cluster. One client for the whole app; it is closed when the app shuts down. `null` for
 * a service that reaches none.
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

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type that the package asks for
function redisOptions(...[environment]: any[]): RedisModuleOptions {
  const service = environment as ServiceEnvironment;
  const { redis } = service;
  if (!service.usesRedis() || isCluster(redis)) return { config: [] };
  const config = safeRedisOptions(typeof redis === 'string' ? redisUrlOptions(redis) : redis);
  return { config, errorLog: false };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type that the package asks for
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
