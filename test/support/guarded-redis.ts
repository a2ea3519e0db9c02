import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessExit } from '../../tools/processes/process-exit';
import { repositoryRoot } from '../../tools/repository-root';
import { RedisServer } from '../../tools/redis/redis-server';

/** Each service has a Redis user of its own name. */
export type ServiceName = 'auth' | 'orders' | 'products';

export const SERVICES: readonly ServiceName[] = ['auth', 'orders', 'products'];

/** The users that the project ships. */
export const USERS_FILE = join(repositoryRoot, 'docker/redis/users.acl');

/**
 * A Redis with the users that the project ships, and one more for the tests themselves, who may do
 * everything. The services' passwords are the same on each; the tests' own differs.
 */
export class GuardedRedis {
  private constructor(
    private readonly server: RedisServer,
    private readonly users: string,
    private readonly testerPassword: string,
  ) {}

  /** @param port A port to have or to fail. A free one when none is given. */
  static async start({ port }: { port?: number } = {}): Promise<GuardedRedis> {
    const users = await readFile(USERS_FILE, 'utf8');
    const testerPassword = randomBytes(24).toString('base64url');
    const folder = await mkdtemp(join(tmpdir(), 'redis-users-'));
    try {
      const aclFile = join(folder, 'users.acl');
      await writeFile(aclFile, `${users}user tester on >${testerPassword} ~* &* +@all\n`);
      // The server reads the file once, at its start.
      const server = await RedisServer.start({ aclFile, port });
      return new GuardedRedis(server, users, testerPassword);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** The REDIS_URL of a service that is to use a Redis on this port, which may not run yet. */
  static async urlOf(service: ServiceName, port: number): Promise<string> {
    return serviceUrl(await readFile(USERS_FILE, 'utf8'), service, port);
  }

  get port(): number {
    return this.server.port;
  }

  /** For the tests' own look into Redis: a user who may do everything. */
  get url(): string {
    return urlWith('tester', this.testerPassword, this.port);
  }

  /** Without a user, as somebody comes who has no password. */
  get anonymousUrl(): string {
    return this.server.url;
  }

  /** As a service comes, with what it may do and no more. */
  urlOf(service: ServiceName): string {
    return serviceUrl(this.users, service, this.port);
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

function serviceUrl(users: string, service: ServiceName, port: number): string {
  const password = new RegExp(`^user ${service} on >(\\S+) `, 'm').exec(users)?.[1];
  if (password === undefined) throw new Error(`no password of ${service} in ${USERS_FILE}`);
  return urlWith(service, password, port);
}

function urlWith(user: string, password: string, port: number): string {
  return `redis://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
}
