import { Redis } from 'ioredis';
import { GuardedRedis, SERVICES, type ServiceName } from './guarded-redis';
import { command, type Target } from './redis-attacks';
import { commandsGranted, dumpOf } from './redis-dump';

const HOUR_MS = 3_600_000;

/** Ids in the format of services: 32 bytes in base64url. */
const TARGET: Target = {
  id: 'h'.repeat(43),
  forgedId: 'f'.repeat(43),
  userId: '7',
  record: JSON.stringify({ v: 1, id: 'f'.repeat(43), roles: ['admin', 'orders:write'] }),
};

/**
 * A Redis with the users that the project ships, and one signed-in user. No service runs: only commands of a
 * test change its keys.
 */
export class AttackedRedis {
  readonly target = TARGET;
  readonly #clients = new Map<ServiceName, Redis>();

  private constructor(
    private readonly redis: GuardedRedis,
    /** The tests' own user, with all permissions. */
    readonly tester: Redis,
  ) {}

  static async start(): Promise<AttackedRedis> {
    const redis = await GuardedRedis.start();
    const started = new AttackedRedis(redis, new Redis(redis.url));
    await started.#signIn();
    return started;
  }

  get url(): string {
    return this.redis.url;
  }

  get port(): number {
    return this.redis.port;
  }

  /** URL for a client without a user. */
  get anonymousUrl(): string {
    return this.redis.anonymousUrl;
  }

  urlOf(service: ServiceName): string {
    return this.redis.urlOf(service);
  }

  /** Sends a line of `redis-attacks.ts` as a service, over that service's connection. */
  attack(service: ServiceName, line: string): Promise<unknown> {
    const [name, ...args] = command(line, this.target);
    return this.#clientOf(service).call(name, ...args);
  }

  /** Returns Redis' verdict on a line, without running the line. */
  async verdict(service: ServiceName, line: string): Promise<string> {
    const reply = await this.tester.call('ACL', 'DRYRUN', service, ...command(line, this.target));
    return String(reply);
  }

  /** Returns every key, with its content and expiry. */
  dump(): Promise<Record<string, string>> {
    return dumpOf(this.tester, () => true);
  }

  /** Returns the commands that a user may send, in lower case, regardless of keys. */
  commandsOf(service: ServiceName): Promise<string[]> {
    return commandsGranted(this.tester, service);
  }

  async stop(): Promise<void> {
    for (const client of [this.tester, ...this.#clients.values()]) client.disconnect();
    await this.redis.stop();
  }

  #clientOf(service: ServiceName): Redis {
    const known = this.#clients.get(service);
    if (known !== undefined) return known;
    const client = new Redis(this.urlOf(service));
    this.#clients.set(service, client);
    return client;
  }

  /** Stores one key of each kind that services use. */
  async #signIn(): Promise<void> {
    const { tester } = this;
    const { id, userId } = this.target;
    const record = JSON.stringify({ v: 1, id, user: { id: userId }, roles: ['orders'] });
    await tester.set(`session:{${id}}`, record, 'PX', HOUR_MS);
    await tester.set(`idle:{${id}}`, '', 'PX', HOUR_MS);
    await tester.zadd(`user-sessions:{${userId}}`, Date.now() + HOUR_MS, id);
    await tester.hset(`session-data:{${id}}:orders`, 'coupon', '"SPRING"');
    await tester.hset(`session-data:{${id}}:products`, 'seen', '["tea"]');
    await tester.xadd('session-events', '*', 'event', record);
    await tester.zadd('watched-sessions:{session-events}', Date.now() + HOUR_MS, id);
    await tester.zadd('identity-keys', Date.now() + HOUR_MS, '{"kty":"OKP"}');
    await tester.set(`throttle:pair:{${userId}}`, '3', 'PX', HOUR_MS);
    for (const service of SERVICES) {
      await tester.hset(`access:${service}`, 'catalogue', JSON.stringify({ v: 1, service }));
    }
  }
}
