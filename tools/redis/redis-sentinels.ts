import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { RedisServer, type RedisServerOptions } from './redis-server';
import { type RedisUsers } from './redis-users';
import { onlineReplicasIn, untilFollowed } from './until-followed';
import { untilTrue } from './until-true';

const REPLICAS = 2;
const SENTINELS = 3;
const QUORUM = 2;

/** Milliseconds of silence after which a Sentinel considers the master down. */
const DOWN_AFTER_MS = 1_000;

/**
 * Time limit for Sentinels, in milliseconds, to turn a returning master into a replica or to move a replica
 * to another master. They request a server's role every 10 s, and act on it after 8 s.
 */
export const SENTINEL_CONVERSION_MS = 60_000;

/** Name of the master at the Sentinels. */
export const SENTINEL_NAME = 'sessions';

export interface RedisSentinelsOptions {
  /** Additional arguments for the master and the replicas. */
  readonly args?: readonly string[];
  /**
   * Users of the master and the replicas, including `replica` and `sentinel`. Without users, every client has
   * all permissions.
   */
  readonly users?: RedisUsers;
}

/** A real Redis master with two replicas, watched by three Sentinels, on the loopback address. */
export class RedisSentinels {
  private constructor(
    readonly master: RedisServer,
    readonly replicas: readonly RedisServer[],
    private readonly sentinels: readonly RedisServer[],
    private readonly folder: string,
    private readonly users: RedisUsers | undefined,
  ) {}

  /** Starts all servers and waits until the replicas follow and the Sentinels know each other. */
  static start({ args = [], users }: RedisSentinelsOptions = {}): Promise<RedisSentinels> {
    if (!users) return RedisSentinels.launch({ args });
    return users.whileInFile((aclFile) =>
      RedisSentinels.launch({ aclFile, args: [...users.replicationArguments, ...args] }, users),
    );
  }

  private static async launch(
    options: RedisServerOptions & { args: readonly string[] },
    users?: RedisUsers,
  ): Promise<RedisSentinels> {
    const folder = await mkdtemp(join(tmpdir(), 'redis-sentinels-'));
    const started: RedisServer[] = [];
    const start = async (serverOptions: RedisServerOptions) => {
      const server = await RedisServer.start(serverOptions);
      started.push(server);
      return server;
    };
    try {
      const master = await start(options);
      const args = [...options.args, '--replicaof', `127.0.0.1 ${master.port}`];
      const replicas: RedisServer[] = [];
      for (let i = 0; i < REPLICAS; i += 1) replicas.push(await start({ ...options, args }));
      await untilFollowed(users?.testerUrl(master.port) ?? master.url, REPLICAS);
      const sentinels: RedisServer[] = [];
      for (let i = 0; i < SENTINELS; i += 1) {
        const configFile = join(folder, `sentinel-${i}.conf`);
        await writeFile(configFile, sentinelConfiguration(master, users));
        sentinels.push(await start({ configFile, args: ['--sentinel'] }));
      }
      const all = new RedisSentinels(master, replicas, sentinels, folder, users);
      for (const sentinel of sentinels) await untilInformed(sentinel);
      return all;
    } catch (error) {
      await Promise.all(started.map((server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Sentinels in the format of `REDIS_SENTINELS`: `host:port,host:port`. */
  get nodes(): string {
    return this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  get servers(): readonly RedisServer[] {
    return [this.master, ...this.replicas];
  }

  /** Returns the server that all Sentinels report as the master, or `undefined` while they disagree. */
  async currentMaster(): Promise<RedisServer | undefined> {
    const [first, ...others] = await Promise.all(this.sentinels.map(masterPort));
    const areOfOneMind = others.every((port) => port === first);
    return areOfOneMind ? this.servers.find(({ port }) => port === first) : undefined;
  }

  /** Waits until all Sentinels report the same master, and the given number of replicas follow it. */
  async untilSettled(replicas: number): Promise<RedisServer> {
    let master: RedisServer | undefined;
    const isSettled = async () => {
      // Read on each attempt: the Sentinels may elect another master meanwhile.
      master = await this.currentMaster();
      if (master === undefined) return false;
      return onlineReplicasIn(await this.#replicationOf(master)) === replicas;
    };
    // A replica that missed the failover follows another server until the Sentinels convert it.
    await untilTrue(isSettled, SENTINEL_CONVERSION_MS).catch(async (error: unknown) => {
      throw new Error(`${replicas} replicas do not follow.\n${await this.#describe()}`, {
        cause: error,
      });
    });
    if (!master) throw new Error('no master');
    return master;
  }

  /** Returns `INFO replication`, or empty text when the server does not answer. */
  async #replicationOf({ port, url }: RedisServer): Promise<string> {
    const client = new Redis(this.users?.testerUrl(port) ?? url, {
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      commandTimeout: 1_000,
    });
    client.on('error', () => undefined);
    try {
      return await client.info('replication');
    } catch {
      return '';
    } finally {
      client.disconnect();
    }
  }

  /** Returns the state of every server and Sentinel, to explain why they disagree. */
  async #describe(): Promise<string> {
    const servers = this.servers.map(async (server) => {
      const info = await this.#replicationOf(server);
      const lines = info.split(/\r?\n/).filter((line) => /^(role|master_|slave\d)/.test(line));
      return `${server.port}: ${lines.length > 0 ? lines.join(' ') : 'no answer'}`;
    });
    const sentinels = this.sentinels.map(async (sentinel) => {
      return `Sentinel ${sentinel.port}: master ${await masterPort(sentinel)}`;
    });
    return (await Promise.all([...servers, ...sentinels])).join('\n');
  }

  /** Makes the Sentinels replace the master although it is up. */
  async failOver(): Promise<void> {
    const [sentinel] = this.sentinels;
    if (sentinel) await ask(sentinel, 'FAILOVER', SENTINEL_NAME);
  }

  async stop(): Promise<void> {
    // Sentinels stop first: otherwise they would treat the stop of the servers as a failure.
    await Promise.all(this.sentinels.map((sentinel) => sentinel.stop()));
    await Promise.all(this.servers.map((server) => server.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

function sentinelConfiguration({ port }: RedisServer, users?: RedisUsers): string {
  const { username, password } = users?.credentialsOf('sentinel') ?? {};
  return [
    `sentinel monitor ${SENTINEL_NAME} 127.0.0.1 ${port} ${QUORUM}`,
    `sentinel down-after-milliseconds ${SENTINEL_NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${SENTINEL_NAME} 5000`,
    ...(username ? [`sentinel auth-user ${SENTINEL_NAME} ${username}`] : []),
    ...(password ? [`sentinel auth-pass ${SENTINEL_NAME} ${password}`] : []),
    '',
  ].join('\n');
}

async function untilInformed(sentinel: RedisServer): Promise<void> {
  await untilTrue(async () => {
    const state = (await ask(sentinel, 'MASTER', SENTINEL_NAME)) as string[];
    const valueOf = (name: string) => Number(state[state.indexOf(name) + 1]);
    return valueOf('num-slaves') === REPLICAS && valueOf('num-other-sentinels') === SENTINELS - 1;
  });
}

async function masterPort(sentinel: RedisServer): Promise<number> {
  const [, port] = (await ask(sentinel, 'GET-MASTER-ADDR-BY-NAME', SENTINEL_NAME)) as string[];
  return Number(port);
}

async function ask({ url }: RedisServer, ...args: string[]): Promise<unknown> {
  const client = new Redis(url);
  try {
    return await client.call('SENTINEL', ...args);
  } finally {
    client.disconnect();
  }
}
