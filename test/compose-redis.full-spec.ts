import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../tools/processes/free-port';
import { repositoryRoot } from '../tools/repository-root';
import { SENTINEL_CONVERSION_MS } from '../tools/redis/redis-sentinels';
import { eventually } from '../tools/testing/eventually';
import { ComposeProject } from './support/compose-project';
import { filledIn } from './support/compose-values';
import { ScriptedRedis } from './support/scripted-redis';

const REDIS_FOLDER = join(repositoryRoot, 'docker/redis');

const REDIS_NAMES = ['redis-1', 'redis-2', 'redis-3'];
const SENTINEL_NAMES = ['sentinel-1', 'sentinel-2', 'sentinel-3'];

const values = filledIn();
const projectOf = (topology: string) =>
  new ComposeProject(`docker/${topology}/compose.yaml`, values);

const text = (reply: unknown) => String(reply);

/** Default offset from a port to the port of a Cluster's bus. */
const BUS_OFFSET = 10_000;

/** First port that systems give to outgoing connections (RFC 6335, 6). */
const FIRST_EPHEMERAL_PORT = 32_768;

/** Returns a free port whose port for the bus no outgoing connection takes. */
async function clusterPort(): Promise<number> {
  const port = await freePort();
  return port + BUS_OFFSET < FIRST_EPHEMERAL_PORT ? port : clusterPort();
}

/**
 * Creates an empty folder for the volumes of some containers, and collects the containers to stop afterwards.
 */
function containers() {
  const folder = mkdtempSync(join(tmpdir(), 'containers-'));
  const started: ScriptedRedis[] = [];
  return {
    /** Runs the script of a service of the Compose file, on another port. */
    async start(
      project: ComposeProject,
      name: string,
      port: number,
      environment: Record<string, string> = {},
    ): Promise<ScriptedRedis> {
      const { entrypoint = [], command = [], environment: env = {} } = project.service(name);
      const script = entrypoint[1]?.endsWith('start-sentinel.sh')
        ? 'start-sentinel.sh'
        : 'start-redis.sh';
      const server = await ScriptedRedis.start({
        script,
        args: command,
        env: { ...env, ...environment },
        port,
        folder: join(folder, name),
      });
      started.push(server);
      return server;
    },
    async stop(): Promise<void> {
      await Promise.all(started.map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe.each(['single', 'sentinel', 'cluster'])(
  'a Redis of docker/%s/compose.yaml',
  (topology) => {
    const project = projectOf(topology);
    const name = topology === 'single' ? 'redis' : 'redis-1';
    const { command = [], environment = {} } = project.service(name);
    const all = containers();
    let redis: ScriptedRedis;

    beforeAll(async () => {
      redis = await all.start(project, name, await clusterPort());
    });
    afterAll(() => all.stop());

    const setting = async (option: string) => {
      const [, value] = (await redis.asOperator('CONFIG', 'GET', option)) as string[];
      return value;
    };

    it('applies every option of its command line', async () => {
      const options = command.slice(1);
      for (let i = 0; i < options.length; i += 2) {
        const given = options[i + 1] === '256mb' ? String(256 * 1024 ** 2) : options[i + 1];
        expect(await setting(options[i]?.replace(/^--/, '') ?? '')).toBe(given);
      }
    });

    it('persists writes and evicts no keys', async () => {
      expect(await setting('appendonly')).toBe('yes');
      expect(await setting('appendfsync')).toBe('everysec');
      expect(await setting('save')).toBe('');
      expect(await setting('maxmemory-policy')).toBe('noeviction');
      expect(await setting('maxmemory')).toBe(String(256 * 1024 ** 2));
    });

    it('accepts only its own users, each with their own password', async () => {
      const passwords = Object.entries(environment).map(
        ([variable, password]) =>
          [variable.replace('REDIS_PASSWORD_', '').toLowerCase(), password] as const,
      );
      expect(passwords.map(([user]) => user)).toEqual(
        expect.arrayContaining(['auth', 'orders', 'products', 'operator']),
      );
      for (const [user, password] of passwords) {
        expect(await redis.as(user, password, 'PING')).toBe('PONG');
        await expect(redis.as(user, `change-me-${user}`, 'PING')).rejects.toThrow('WRONGPASS');
      }
      const users = (await redis.asOperator('ACL', 'USERS')) as string[];
      expect(users.sort()).toEqual([...passwords.map(([user]) => user), 'default'].sort());
      await expect(redis.as(null, '', 'PING')).rejects.toThrow('NOAUTH');
    });
  },
);

describe('the Redis of docker/single/compose.yaml', () => {
  const project = projectOf('single');
  const all = containers();

  afterAll(() => all.stop());

  it('does not start while a password is missing', async () => {
    const starting = all.start(project, 'redis', await freePort(), { REDIS_PASSWORD_ORDERS: '' });
    await expect(starting).rejects.toThrow('REDIS_PASSWORD_ORDERS is not set');
  });

  it('restores its sessions after a crash', async () => {
    const port = await freePort();
    const redis = await all.start(project, 'redis', port);
    await redis.asOperator('SET', 'session:{x}', 'kept', 'PX', '60000');
    redis.kill('SIGKILL');
    await redis.exited;
    const again = await all.start(project, 'redis', port);
    expect(await again.asOperator('GET', 'session:{x}')).toBe('kept');
  });
});

describe('the servers of docker/sentinel/compose.yaml', () => {
  const project = projectOf('sentinel');
  const all = containers();
  const servers = new Map<string, ScriptedRedis>();
  const ports = new Map<string, number>();

  const environmentOf = (name: string): Record<string, string> =>
    project.service(name).environment?.MASTER === undefined
      ? {}
      : { MASTER: `127.0.0.1 ${ports.get('redis-1') ?? ''}` };

  async function start(name: string): Promise<void> {
    const port = ports.get(name) ?? 0;
    servers.set(name, await all.start(project, name, port, environmentOf(name)));
  }

  const server = (name: string): ScriptedRedis => {
    const found = servers.get(name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  };

  /** Returns the master, as a Sentinel reports it to a service: without a password. */
  async function master(): Promise<string | undefined> {
    const question = ['get-master-addr-by-name', 'sessions'];
    const reply = (await server('sentinel-2').as(null, '', 'SENTINEL', ...question)) as string[];
    return [...ports].find(([, port]) => String(port) === reply[1])?.[0];
  }

  /** Returns nothing while a Sentinel changes the server's role, which cuts its connections. */
  async function replicationOf(name: string): Promise<string> {
    const info = server(name).asOperator('INFO', 'replication');
    return text(await info.catch(() => ''));
  }

  async function follows(name: string, other: string): Promise<boolean> {
    const info = await replicationOf(name);
    return (
      info.includes(`master_port:${ports.get(other) ?? ''}`) && info.includes('link_status:up')
    );
  }

  beforeAll(async () => {
    for (const name of [...REDIS_NAMES, ...SENTINEL_NAMES]) ports.set(name, await freePort());
    await Promise.all(REDIS_NAMES.map(start));
    await eventually(
      async () => (await follows('redis-2', 'redis-1')) && follows('redis-3', 'redis-1'),
    );
    // A Sentinel searches for replicas at once, and then every 10 s.
    await Promise.all(SENTINEL_NAMES.map(start));
    for (const name of SENTINEL_NAMES) {
      await eventually(async () => {
        const state = (await server(name).asOperator('SENTINEL', 'MASTER', 'sessions')) as string[];
        const valueOf = (key: string) => state[state.indexOf(key) + 1];
        return valueOf('num-slaves') === '2' && valueOf('num-other-sentinels') === '2';
      });
    }
  }, 60_000);
  afterAll(() => all.stop());

  it('report one master without a password, and reject all other commands without one', async () => {
    expect(await master()).toBe('redis-1');
    const attempts: [string, ...string[]][] = [
      ['SENTINEL', 'FAILOVER', 'sessions'],
      ['SENTINEL', 'MONITOR', 'other', '127.0.0.1', '1', '1'],
      ['SENTINEL', 'SET', 'sessions', 'down-after-milliseconds', '1'],
      ['SENTINEL', 'REMOVE', 'sessions'],
      ['SENTINEL', 'CONFIG', 'GET', '*'],
      ['PUBLISH', '__sentinel__:hello', 'x'],
      ['ACL', 'LIST'],
      ['SHUTDOWN'],
    ];
    for (const attempt of attempts) {
      await expect(server('sentinel-1').as(null, '', ...attempt)).rejects.toThrow('NOPERM');
    }
  });

  it('promote a replica when the master dies, and demote the old master when it returns', async () => {
    server('redis-1').kill('SIGKILL');
    await server('redis-1').exited;
    await eventually(async () => (await master()) !== 'redis-1');
    await start('redis-1');
    // If the machine stalls for a second, the Sentinels elect again: read the master on each attempt.
    await eventually(
      async () => follows('redis-1', (await master()) ?? ''),
      SENTINEL_CONVERSION_MS,
    );
  }, 90_000);

  it('keep their roles across a restart', async () => {
    const now = (await master()) ?? '';
    expect(now).not.toBe('redis-1');
    await Promise.all(SENTINEL_NAMES.map((name) => server(name).stop()));
    await Promise.all(['redis-1', now].map((name) => server(name).stop()));
    for (const name of [now, 'redis-1', ...SENTINEL_NAMES]) await start(name);
    await eventually(async () => (await replicationOf(now)).includes('role:master'));
    await eventually(() => follows('redis-1', now), SENTINEL_CONVERSION_MS);
    expect(await master()).toBe(now);
  }, 90_000);
});

describe('docker/redis/form-cluster.sh', () => {
  const project = projectOf('cluster');
  const all = containers();
  const nodes: ScriptedRedis[] = [];

  beforeAll(async () => {
    const ports: number[] = [];
    for (let number = 1; number <= 6; number += 1) ports.push(await clusterPort());
    nodes.push(
      ...(await Promise.all(ports.map((port, at) => all.start(project, `redis-${at + 1}`, port)))),
    );
  }, 60_000);
  afterAll(() => all.stop());

  function form() {
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    const env = { PATH: process.env.PATH, ...project.service('form-cluster').environment };
    const script = join(REDIS_FOLDER, 'form-cluster.sh');
    return spawnSync('/bin/sh', [script, ...addresses], { env, encoding: 'utf8', timeout: 20_000 });
  }

  it('forms a Cluster of three masters with a replica each, and keeps an existing Cluster', async () => {
    expect(form()).toMatchObject({ status: 0, stderr: '' });
    for (const node of nodes) {
      await eventually(async () => {
        const info = text(await node.asOperator('CLUSTER', 'INFO'));
        return info.includes('cluster_state:ok') && info.includes('cluster_slots_ok:16384');
      });
    }
    // The replicas follow as their own user, whose password each node must know.
    await eventually(async () => {
      const infos = await Promise.all(nodes.map((it) => it.asOperator('INFO', 'replication')));
      return infos.filter((info) => text(info).includes('master_link_status:up')).length === 3;
    });
    const masters = () =>
      nodes[0]?.asOperator('CLUSTER', 'NODES').then((it) => text(it).match(/\bmaster\b/g));
    await eventually(async () => (await masters())?.length === 3);

    const again = form();
    expect(again.status).toBe(0);
    expect(again.stdout).toContain('The Cluster already has 6 nodes');
    expect(text(await nodes[0]?.asOperator('CLUSTER', 'NODES')).split('\n')).toHaveLength(7);
  }, 60_000);
});
