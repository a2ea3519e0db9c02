import { join } from 'node:path';
import { patiently } from '../../tools/redis/patience';
import { RedisSentinels, SENTINEL_NAME } from '../../tools/redis/redis-sentinels';
import type { RedisServer } from '../../tools/redis/redis-server';
import { RedisUsers } from '../../tools/redis/redis-users';
import { repositoryRoot } from '../../tools/repository-root';
import type { GuardedTopology, ServiceName } from './guarded-redis';

/** The users that the project ships for a Redis behind Sentinels. */
export const SENTINEL_USERS_FILE = join(repositoryRoot, 'docker/redis/users-sentinel.acl');

/** A Redis behind Sentinels, with the users that the project ships for that. */
export class GuardedSentinels implements GuardedTopology {
  private constructor(
    private readonly group: RedisSentinels,
    private readonly users: RedisUsers,
    private readonly isPatient: boolean,
  ) {}

  /** @param options.isPatient Whether services wait for a slow machine; not so for tests of timeouts. */
  static async start({
    isPatient = true,
  }: { isPatient?: boolean } = {}): Promise<GuardedSentinels> {
    const users = await RedisUsers.of(SENTINEL_USERS_FILE);
    return new GuardedSentinels(await RedisSentinels.start({ users }), users, isPatient);
  }

  settingsOf(service: ServiceName): NodeJS.ProcessEnv {
    const { username, password } = this.users.credentialsOf(service);
    const url = `redis://${username}:${encodeURIComponent(password)}@${this.group.nodes}`;
    return {
      REDIS_SENTINELS: this.isPatient ? patiently(url) : url,
      REDIS_SENTINEL_NAME: SENTINEL_NAME,
    };
  }

  /** The master that they started with. */
  get master(): RedisServer {
    return this.group.master;
  }

  /** The master and the replicas that they started with. */
  get servers(): readonly RedisServer[] {
    return this.group.servers;
  }

  /** The server that all Sentinels take for the master, or `undefined` while they disagree. */
  currentMaster(): Promise<RedisServer | undefined> {
    return this.group.currentMaster();
  }

  /** Waits until the Sentinels have one and the same master, and so many replicas follow it. */
  untilSettled(replicas: number): Promise<RedisServer> {
    return this.group.untilSettled(replicas);
  }

  /** Has the Sentinels replace the master though it is there. */
  failOver(): Promise<void> {
    return this.group.failOver();
  }

  /** For the tests' own look into a server: a user who may do everything. */
  urlOf({ port }: RedisServer): string {
    return this.users.testerUrl(port);
  }

  stop(): Promise<void> {
    return this.group.stop();
  }
}
