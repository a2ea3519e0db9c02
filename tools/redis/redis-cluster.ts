import { Redis } from 'ioredis';
import { untilFollowed } from './until-followed';
import { untilTrue } from './until-true';
import { RedisServer, type RedisServerOptions } from './redis-server';
import { type RedisUsers } from './redis-users';

const MASTERS = 3;
const SLOTS = 16_384;

/** Milliseconds of silence after which a node counts as failed. */
const NODE_TIMEOUT_MS = 1_000;

export interface RedisClusterOptions {
  /** Additional arguments for each server. */
  readonly args?: readonly string[];
  /** Users of the nodes, including `replica`. Without users, every client has all permissions. */
  readonly users?: RedisUsers;
}

/** A real Redis Cluster on the loopback address: three masters, each with a replica. */
export class RedisCluster {
  private constructor(
    readonly masters: readonly RedisServer[],
    readonly replicas: readonly RedisServer[],
  ) {}

  /** Starts the servers and waits until every slot is served and every replica follows its master. */
  static start({ args = [], users }: RedisClusterOptions = {}): Promise<RedisCluster> {
    if (!users) return RedisCluster.launch({ args });
    return users.whileInFile((aclFile) =>
      RedisCluster.launch({ aclFile, args: [...users.replicationArguments, ...args] }, users),
    );
  }

  private static async launch(
    options: RedisServerOptions,
    users?: RedisUsers,
  ): Promise<RedisCluster> {
    const servers: RedisServer[] = [];
    try {
      for (let i = 0; i < 2 * MASTERS; i += 1) servers.push(await startNode(options));
      const cluster = new RedisCluster(servers.slice(0, MASTERS), servers.slice(MASTERS));
      await cluster.form(users);
      return cluster;
    } catch (error) {
      await Promise.all(servers.map((server) => server.stop()));
      throw error;
    }
  }

  get servers(): readonly RedisServer[] {
    return [...this.masters, ...this.replicas];
  }

  /** Nodes in the format of `REDIS_CLUSTER`: `host:port,host:port`. */
  get nodes(): string {
    return this.servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  private async form(users: RedisUsers | undefined): Promise<void> {
    const urls = this.servers.map(({ port, url }) => users?.testerUrl(port) ?? url);
    const clients = urls.map((url) => new Redis(url));
    try {
      await meet(clients);
      await shareSlots(clients.slice(0, MASTERS));
      await follow(clients);
      for (const url of urls.slice(0, MASTERS)) await untilFollowed(url, 1);
      for (const client of clients) {
        await untilTrue(async () => (await client.cluster('INFO')).includes('cluster_state:ok'));
      }
    } finally {
      for (const client of clients) client.disconnect();
    }
  }
}

function startNode({ aclFile, args = [] }: RedisServerOptions): Promise<RedisServer> {
  return RedisServer.start({
    aclFile,
    cluster: true,
    args: [
      ...['--cluster-announce-ip', '127.0.0.1'],
      ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
      // A master that restarts empty must not take its slots back from a replica that has the data.
      ...['--cluster-replica-validity-factor', '0'],
      ...args,
    ],
  });
}

async function meet([first, ...others]: readonly Redis[]): Promise<void> {
  for (const other of others) {
    const { host, port } = other.options;
    const [, busPort] = await other.config('GET', 'cluster-port');
    await first?.call('CLUSTER', 'MEET', String(host), String(port), String(busPort));
  }
  const all = others.length + 1;
  for (const client of [first, ...others]) {
    await untilTrue(async () => (await knownNodes(client)) === all);
  }
}

async function knownNodes(client: Redis | undefined): Promise<number> {
  const info = (await client?.cluster('INFO')) ?? '';
  return Number(/cluster_known_nodes:(\d+)/.exec(info)?.[1]);
}

async function shareSlots(masters: readonly Redis[]): Promise<void> {
  const share = Math.ceil(SLOTS / masters.length);
  for (const [i, master] of masters.entries()) {
    const last = Math.min(SLOTS, (i + 1) * share) - 1;
    await master.cluster('ADDSLOTSRANGE', i * share, last);
  }
}

async function follow(clients: readonly Redis[]): Promise<void> {
  for (const [i, master] of clients.slice(0, MASTERS).entries()) {
    const replica = clients[i + MASTERS];
    const id = String(await master.call('CLUSTER', 'MYID'));
    // The replica may learn of the master's slots a moment later.
    await untilTrue(async () => {
      const reply: unknown = await replica?.call('CLUSTER', 'REPLICATE', id).catch(() => null);
      return reply === 'OK';
    });
  }
}
