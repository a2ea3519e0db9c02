import { join } from 'node:path';
import type { ProcessExit } from '../../tools/processes/process-exit';
import { patiently } from '../../tools/redis/patience';
import { RedisServer } from '../../tools/redis/redis-server';
import { RedisUsers } from '../../tools/redis/redis-users';
import { repositoryRoot } from '../../tools/repository-root';

/** Each service has a Redis user with the service's name. */
export type ServiceName = 'auth' | 'orders' | 'products';

export const SERVICES: readonly ServiceName[] = ['auth', 'orders', 'products'];

/** Users that the project ships. */
export const USERS_FILE = join(repositoryRoot, 'docker/redis/users.acl');

/** A Redis of any topology, to which each service connects as its own user. */
export interface GuardedTopology {
  /** Returns the variables with the address of Redis and the user of a service. */
  settingsOf(service: ServiceName): NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * A Redis with the users that the project ships, and an additional user with all permissions for the tests.
 * The services' passwords are the same on each instance; the tests' own password differs.
 */
export class GuardedRedis implements GuardedTopology {
  private constructor(
    private readonly server: RedisServer,
    private readonly users: RedisUsers,
  ) {}

  /**
   * @param options.port Required port. A free port by default.
   * @param options.args Additional arguments for the server.
   */
  static async start({
    port,
    args,
  }: { port?: number; args?: readonly string[] } = {}): Promise<GuardedRedis> {
    const users = await RedisUsers.of(USERS_FILE);
    const server = await users.whileInFile((aclFile) => RedisServer.start({ aclFile, port, args }));
    return new GuardedRedis(server, users);
  }

  /** Returns the REDIS_URL of a service for a Redis on this port, which may not run yet. */
  static async urlOf(service: ServiceName, port: number): Promise<string> {
    return (await RedisUsers.of(USERS_FILE)).urlOf(service, port);
  }

  get port(): number {
    return this.server.port;
  }

  /** URL with which the tests inspect Redis: a user with all permissions. */
  get url(): string {
    return this.users.testerUrl(this.port);
  }

  /** URL without a user, for a client that has no password. */
  get anonymousUrl(): string {
    return this.server.url;
  }

  /**
   * Returns the URL with which a service connects, with the service's permissions.
   *
   * @param port Port of the server, or of a proxy in front of it.
   */
  urlOf(service: ServiceName, port = this.port): string {
    return this.users.urlOf(service, port);
  }

  settingsOf(service: ServiceName): NodeJS.ProcessEnv {
    // Other tests cover services on a slow Redis.
    return { REDIS_URL: patiently(this.urlOf(service)) };
  }

  get exited(): Promise<ProcessExit> {
    return this.server.exited;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  kill(signal: NodeJS.Signals): void {
    this.server.kill(signal);
  }
}
