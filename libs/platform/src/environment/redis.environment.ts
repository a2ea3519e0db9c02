import { redisNodesOptions, type RedisTarget } from 'nest-sessions/redis';
import { IsOptional, IsString } from 'class-validator';
import { IsOnlyRedis, IsRedisCluster, IsRedisNodes, IsRedisUrl } from './redis-rules';

/** Redis that keeps the sessions: one of `REDIS_URL`, `REDIS_SENTINELS` and `REDIS_CLUSTER`. */
export class RedisEnvironment {
  @IsOnlyRedis()
  @IsRedisUrl()
  readonly REDIS_URL?: string;

  /** Sentinels that know the master: `host:port,host:port`, with the optional parts of a REDIS_URL. */
  @IsOptional()
  @IsRedisNodes()
  readonly REDIS_SENTINELS?: string;

  /** Name of the master at the Sentinels. */
  @IsString()
  readonly REDIS_SENTINEL_NAME: string = 'mymaster';

  /** Some nodes of a Cluster, in the same format but without a database: a Cluster has only one database. */
  @IsOptional()
  @IsRedisNodes()
  @IsRedisCluster()
  readonly REDIS_CLUSTER?: string;

  /** Whether the service connects to Redis at all. */
  usesRedis(): boolean {
    return true;
  }

  /** Connection target for {@link createRedisClient}. */
  get redis(): RedisTarget {
    if (this.REDIS_CLUSTER !== undefined) {
      return redisNodesOptions(this.REDIS_CLUSTER, 'REDIS_CLUSTER');
    }
    if (this.REDIS_SENTINELS !== undefined) {
      const { nodes, options } = redisNodesOptions(this.REDIS_SENTINELS, 'REDIS_SENTINELS');
      const { tls } = options;
      // TLS to the servers implies TLS to the Sentinels.
      return { sentinels: nodes, name: this.REDIS_SENTINEL_NAME, sentinelTLS: tls, ...options };
    }
    return this.REDIS_URL ?? '';
  }
}
