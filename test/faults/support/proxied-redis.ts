import { FaultyProxy } from '../../../tools/testing/faulty-proxy';
import { GuardedRedis, type GuardedTopology, type ServiceName } from '../../support/guarded-redis';

/** A Redis that each service reaches over its own network path. */
export class ProxiedRedis implements GuardedTopology {
  private constructor(
    private readonly redis: GuardedRedis,
    private readonly ways: Readonly<Record<ServiceName, FaultyProxy>>,
  ) {}

  static async start(): Promise<ProxiedRedis> {
    const redis = await GuardedRedis.start();
    return new ProxiedRedis(redis, {
      auth: await FaultyProxy.to(redis.port),
      orders: await FaultyProxy.to(redis.port),
      products: await FaultyProxy.to(redis.port),
    });
  }

  settingsOf(service: ServiceName): NodeJS.ProcessEnv {
    return { REDIS_URL: this.redis.urlOf(service, this.wayOf(service).port) };
  }

  /** Network path between a service and Redis. */
  wayOf(service: ServiceName): FaultyProxy {
    return this.ways[service];
  }

  /** Network paths between the services and Redis. */
  get allWays(): readonly FaultyProxy[] {
    return Object.values(this.ways);
  }

  /** URL with which the tests inspect Redis, around the network paths: a user with all permissions. */
  get url(): string {
    return this.redis.url;
  }

  async stop(): Promise<void> {
    await Promise.all(this.allWays.map((way) => way.close()));
    await this.redis.stop();
  }
}
