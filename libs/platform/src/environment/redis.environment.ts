import type { RedisTarget } from '@app/session';
import { Transform } from 'class-transformer';
import { IsOptional, IsString } from 'class-validator';
import { IsOnlyRedis, IsRedisUrl } from './redis-rules';
import { type RedisNodes, IsRedisNodes, toRedisNodes } from './redis-nodes';

/** Which Redis keeps the sessions: one of `REDIS_URL`, `REDIS_SENTINELS` and `REDIS_CLUSTER`. */
export class RedisEnvironment {
  @IsOnlyRedis()
  @IsRedisUrl()
  readonly REDIS_URL?: string;

  /** Sentinels that know the master: `host:port,host:port`. */
  @Transform(({ value }: { value: string }) => toRedisNodes(value))
  @IsOptional()
  @IsRedisNodes()
  readonly REDIS_SENTINELS?: RedisNodes;

  /** What the Sentinels call the master. */
  @IsString()
  readonly REDIS_SENTINEL_NAME: string = 'mymaster';

  /** Some nodes of a Cluster: `host:port,host:port`. */
  @Transform(({ value }: { value: string }) => toRedisNodes(value))
  @IsOptional()
  @IsRedisNodes()
  readonly REDIS_CLUSTER?: RedisNodes;

  /** Whether the service reaches Redis at all. */
  usesRedis(): boolean {
    return true;
  }

  /** For a client, as {@link createRedisClient} takes it. */
  get redis(): RedisTarget {
    if (this.REDIS_CLUSTER) {
      const { nodes, ...options } = this.REDIS_CLUSTER;
      return { nodes: [...nodes], options };
    }
    if (this.REDIS_SENTINELS) {
      const { nodes, tls, ...options } = this.REDIS_SENTINELS;
      const name = this.REDIS_SENTINEL_NAME;
      // TLS to the servers is TLS to the Sentinels as well.
      return { sentinels: [...nodes], name, tls, sentinelTLS: tls, ...options };
    }
    return this.REDIS_URL ?? '';
  }
}
