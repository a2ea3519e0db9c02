import { join } from 'node:path';
import { patiently } from '../../tools/redis/patience';
import { RedisCluster } from '../../tools/redis/redis-cluster';
import type { RedisServer } from '../../tools/redis/redis-server';
import { RedisUsers } from '../../tools/redis/redis-users';
import { repositoryRoot } from '../../tools/repository-root';
import type { GuardedTopology, ServiceName } from './guarded-redis';
import { withRedis } from './redis-dump';

/** Users that the project ships for a Cluster. */
export const CLUSTER_USERS_FILE = join(repositoryRoot, 'docker/redis/users-cluster.acl');

/** A Redis Cluster with the users that the project ships for it. */
export class GuardedCluster implements GuardedTopology {
  private constructor(
    private readonly cluster: RedisCluster,
    private readonly users: RedisUsers,
    private readonly isPatient: boolean,
  ) {}

  /** @param options.isPatient Whether services get time for a slow machine; `false` for tests of timeouts. */
  static async start({ isPatient = true }: { isPatient?: boolean } = {}): Promise<GuardedCluster> {
    const users = await RedisUsers.of(CLUSTER_USERS_FILE);
    return new GuardedCluster(await RedisCluster.start({ users }), users, isPatient);
  }

  settingsOf(service: ServiceName): NodeJS.ProcessEnv {
    const { username, password } = this.users.credentialsOf(service);
    const url = `redis://${username}:${encodeURIComponent(password)}@${this.cluster.nodes}`;
    return {
      REDIS_CLUSTER: this.isPatient ? patiently(url) : url,
    };
  }

  /** One of the initial masters. */
  get master(): RedisServer {
    const [master] = this.cluster.masters;
    if (!master) throw new Error('a Cluster without masters');
    return master;
  }

  /** Returns the master that has a key's slot. */
  async masterOf(key: string): Promise<RedisServer> {
    const port = await withRedis(this.urlOf(this.master), async (client) => {
      const slot = await client.cluster('KEYSLOT', key);
      const shares = await client.cluster('SLOTS');
      return shares.find(([first, last]) => first <= slot && slot <= last)?.[2]?.[1];
    });
    const master = this.servers.find((server) => server.port === port);
    if (!master) throw new Error(`no node has the slot of ${key}`);
    return master;
  }

  get servers(): readonly RedisServer[] {
    return this.cluster.servers;
  }

  /** URL with which the tests inspect a node: a user with all permissions. */
  urlOf({ port }: RedisServer): string {
    return this.users.testerUrl(port);
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}
