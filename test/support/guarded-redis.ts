import { join } from 'node:path';
import type { ProcessExit } from '../../tools/processes/process-exit';
import { patiently } from '../../tools/redis/patience';
import { RedisServer } from '../../tools/redis/redis-server';
import { RedisUsers } from '../../tools/redis/redis-users';
import { repositoryRoot } from '../../tools/repository-root';

/** Each service has a Redis user of its own name. */
export type ServiceName = 'auth' | 'orders' | 'products';

export const SERVICES: readonly ServiceName[] = ['auth', 'orders', 'products'];

/** The users that the project ships. */
export const USERS_FILE = join(repositoryRoot, 'docker/redis/users.acl');

/** A Redis of any topology, which each service comes to as its own user. */
export interface GuardedTopology {
  /** The variables that tell a service where it is, and as whom to come. */
  settingsOf(service: ServiceName): NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * A Redis with the users that the project ships, and one more for the tests themselves, who may do
 * everything. The services' passwords are the same on each; the tests' own differs.
 */
export class GuardedRedis implements GuardedTopology {
  private constructor(
    private readonly server: RedisServer,
    private readonly users: RedisUsers,
  ) {}

  /**
   * @param options.port A port to have or to fail. A free one when none is given.
   * @param options.args More arguments for the server.
   */
  static async start({
    port,
    args,
  }: { port?: number; args?: readonly string[] } = {}): Promise<GuardedRedis> {
    const users = await RedisUsers.of(USERS_FILE);
    const server = await users.whileInFile((aclFile) => RedisServer.start({ aclFile, port, args }));
    return new GuardedRedis(server, users);
  }

  /** The REDIS_URL of a service that is to use a Redis on this port, which may not run yet. */
  static async urlOf(service: ServiceName, port: number): Promise<string> {
    return (await RedisUsers.of(USERS_FILE)).urlOf(service, port);
  }

  get port(): number {
    return this.server.port;
  }

  /** For the tests' own look into Redis: a user who may do everything. */
  get url(): string {
    return this.users.testerUrl(this.port);
  }

  /** Without a user, as somebody comes who has no password. */
  get anonymousUrl(): string {
    return this.server.url;
  }

  /**
   * As a service comes, with what it may do and no more.
   *
   * @param port Of something on the way to the server.
   */
  urlOf(service: ServiceName, port = this.port): string {
    return this.users.urlOf(service, port);
  }

  settingsOf(service: ServiceName): NodeJS.ProcessEnv {
    // What a service does when Redis is slow is the matter of other tests.
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
