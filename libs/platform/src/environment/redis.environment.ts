import { redisNodesOptions, type RedisTarget } from 'nest-sessions';
import { IsOptional, IsString } from 'class-validator';
import { IsOnlyRedis, IsRedisCluster, IsRedisNodes, IsRedisUrl } from './redis-rules';

/** Which Redis keeps the sessions: one of `REDIS_URL`, `REDIS_SENTINELS` and `REDIS_CLUSTER`. */
export class RedisEnvironment {
  @IsOnlyRedis()
  @IsRedisUrl()
  readonly REDIS_URL?: string;

  /** Sentinels that know the master: `host:port,host:port`, with the parts that a REDIS_URL may have. */
  @IsOptional()
  @IsRedisNodes()
  readonly REDIS_SENTINELS?: string;

  /** What the Sentinels call the master. */
  @IsString()
  readonly REDIS_SENTINEL_NAME: string = 'mymaster';

  /** Some nodes of a Cluster: the same, but for the database, of which a Cluster has one. */
  @IsOptional()
  @IsRedisNodes()
  @IsRedisCluster()
  readonly REDIS_CLUSTER?: string;

  /** Whether the service reaches Redis at all. */
  usesRedis(): boolean {
    return true;
  }

  /** For a client, as {@link createRedisClient} takes it. */
  get redis(): RedisTarget {
    if (this.REDIS_CLUSTER !== undefined) {
      return redisNodesOptions(this.REDIS_CLUSTER, 'REDIS_CLUSTER');
    }
    if (this.REDIS_SENTINELS !== undefined) {
      const { nodes, options } = redisNodesOptions(this.REDIS_SENTINELS, 'REDIS_SENTINELS');
      const { tls } = options;
      // TLS to the servers is TLS to the Sentinels as well.
      return { sentinels: nodes, name: this.REDIS_SENTINEL_NAME, sentinelTLS: tls, ...options };
    }
    return this.REDIS_URL ?? '';
  }
}
