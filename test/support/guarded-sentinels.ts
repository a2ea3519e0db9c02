import { join } from 'node:path';
import { patiently } from '../../tools/redis/patience';
import { RedisSentinels, SENTINEL_NAME } from '../../tools/redis/redis-sentinels';
import type { RedisServer } from '../../tools/redis/redis-server';
import { RedisUsers } from '../../tools/redis/redis-users';
import { repositoryRoot } from '../../tools/repository-root';
import type { GuardedTopology, ServiceName } from './guarded-redis';

/** Users that the project ships for a Redis behind Sentinels. */
export const SENTINEL_USERS_FILE = join(repositoryRoot, 'docker/redis/users-sentinel.acl');

/** A Redis behind Sentinels, with the users that the project ships for it. */
export class GuardedSentinels implements GuardedTopology {
  private constructor(
    private readonly group: RedisSentinels,
    private readonly users: RedisUsers,
    private readonly isPatient: boolean,
  ) {}

  /** @param options.isPatient Whether services get time for a slow machine; `false` for tests of timeouts. */
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

  /** Initial master. */
  get master(): RedisServer {
    return this.group.master;
  }

  /** Initial master and replicas. */
  get servers(): readonly RedisServer[] {
    return this.group.servers;
  }

  /** Returns the server that all Sentinels report as the master, or `undefined` while they disagree. */
  currentMaster(): Promise<RedisServer | undefined> {
    return this.group.currentMaster();
  }

  /** Waits until all Sentinels report the same master, and the given number of replicas follow it. */
  untilSettled(replicas: number): Promise<RedisServer> {
    return this.group.untilSettled(replicas);
  }

  /** Makes the Sentinels replace the master although it is up. */
  failOver(): Promise<void> {
    return this.group.failOver();
  }

  /** URL with which the tests inspect a server: a user with all permissions. */
  urlOf({ port }: RedisServer): string {
    return this.users.testerUrl(port);
  }

  stop(): Promise<void> {
    return this.group.stop();
  }
}
