import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

const values = filledIn();
const projectOf = (topology: string) =>
  new ComposeProject(`docker/${topology}/compose.yaml`, values);

const text = (reply: unknown) => String(reply);

/** A port whose tenfold thousand, the default for a Cluster's bus, is one as well. */
async function clusterPort(): Promise<number> {
  const port = await freePort();
  return port < 55_000 ? port : clusterPort();
}

/** An empty folder, for the volumes of some containers, and the containers to stop after it. */
function containers() {
  const folder = mkdtempSync(join(tmpdir(), 'containers-'));
  const started: ScriptedRedis[] = [];
  return {
    /** Runs a service of the Compose file, as far as the script reaches, on another port. */
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

describe('docker/redis/fill-passwords.sh', () => {
  const password = values.REDIS_PASSWORD_AUTH ?? '';
  const hash = createHash('sha256').update(password).digest('hex');

  function fill(input: string, variables: Record<string, string>) {
    const script = join(REDIS_FOLDER, 'fill-passwords.sh');
    const env = { PATH: process.env.PATH, ...variables };
    return spawnSync('/bin/sh', [script], { input, env, encoding: 'utf8' });
  }

  it('puts hashes where users are, and passwords elsewhere', () => {
    const input = [
      'user auth on >change-me-auth ~a* -@all',
      'user author on ~b* >change-me-author',
      'masterauth change-me-auth',
      '',
    ].join('\n');
    const other = 'b'.repeat(40);
    const otherHash = createHash('sha256').update(other).digest('hex');
    const variables = { REDIS_PASSWORD_AUTH: password, REDIS_PASSWORD_AUTHOR: other };
    const { stdout, status } = fill(input, variables);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        `user auth on #${hash} ~a* -@all`,
        `user author on ~b* #${otherHash}`,
        `masterauth ${password}`,
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['is missing', {}, 'REDIS_PASSWORD_AUTH is not set'],
    ['is empty', { REDIS_PASSWORD_AUTH: '' }, 'REDIS_PASSWORD_AUTH is not set'],
    ['is short', { REDIS_PASSWORD_AUTH: 'a'.repeat(31) }, 'shorter than 32'],
    ['is the placeholder', { REDIS_PASSWORD_AUTH: 'change-me-auth' }, 'is a placeholder'],
    ['does not fit into a URL', { REDIS_PASSWORD_AUTH: `${password}@` }, 'other characters'],
    ['would be a command', { REDIS_PASSWORD_AUTH: `${password}/e;id` }, 'other characters'],
  ])('refuses, without repeating it, a password that %s', (_, variables, complaint) => {
    const { stdout, stderr, status } = fill('user auth on >change-me-auth\n', variables);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(complaint);
    expect(stderr).not.toContain(password);
  });

  it.each([
    ['names nobody', '>change-me-Auth', 'REDIS_PASSWORD_ is not set'],
    ['goes on after a name', '>change-me-auth2', 'a placeholder is left'],
  ])('refuses a placeholder that %s', (_, placeholder, complaint) => {
    const variables = { REDIS_PASSWORD_AUTH: password };
    const { stdout, stderr, status } = fill(`user auth on ${placeholder} +@all\n`, variables);
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toContain(complaint);
  });
});

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

    it('takes every option that it is given', async () => {
      const options = command.slice(1);
      for (let i = 0; i < options.length; i += 2) {
        const given = options[i + 1] === '256mb' ? String(256 * 1024 ** 2) : options[i + 1];
        expect(await setting(options[i]?.replace(/^--/, '') ?? '')).toBe(given);
      }
    });

    it('keeps what it is told, and everything that it is told', async () => {
      expect(await setting('appendonly')).toBe('yes');
      expect(await setting('appendfsync')).toBe('everysec');
      expect(await setting('save')).toBe('');
      expect(await setting('maxmemory-policy')).toBe('noeviction');
      expect(await setting('maxmemory')).toBe(String(256 * 1024 ** 2));
    });

    it('lets in each user with their own password, and nobody else', async () => {
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

  it('has its sessions again after a crash', async () => {
    const port = await freePort();
    const redis = await all.start(project, 'redis', port);
    await redis.asOperator('SET', 'session:{x}', 'kept', 'PX', '60000');
    redis.kill('SIGKILL');
    await redis.exited;
    const again = await all.start(project, 'redis', port);
    expect(await again.asOperator('GET', 'session:{x}')).toBe('kept');
  });
});

describe('docker/sentinel/compose.yaml, its servers run here', () => {
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

  /** Who is master, as a service asks a Sentinel: without a password. */
  async function master(): Promise<string | undefined> {
    const question = ['get-master-addr-by-name', 'sessions'];
    const reply = (await server('sentinel-2').as(null, '', 'SENTINEL', ...question)) as string[];
    return [...ports].find(([, port]) => String(port) === reply[1])?.[0];
  }

  /** Nothing while a Sentinel gives the server another role: it cuts its connections then. */
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
    const names = [1, 2, 3].flatMap((number) => [`redis-${number}`, `sentinel-${number}`]);
    for (const name of names.sort()) ports.set(name, await freePort());
    for (const name of names) await start(name);
    await eventually(
      async () => (await follows('redis-2', 'redis-1')) && follows('redis-3', 'redis-1'),
    );
    for (const name of ['sentinel-1', 'sentinel-2', 'sentinel-3']) {
      await eventually(async () => {
        const state = (await server(name).asOperator('SENTINEL', 'MASTER', 'sessions')) as string[];
        const valueOf = (key: string) => state[state.indexOf(key) + 1];
        return valueOf('num-slaves') === '2' && valueOf('num-other-sentinels') === '2';
      });
    }
  }, 60_000);
  afterAll(() => all.stop());

  it('has one master, whom the services are told of without a password, and no more', async () => {
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

  it('makes a replica the master when the master dies, and the old one a replica', async () => {
    server('redis-1').kill('SIGKILL');
    await server('redis-1').exited;
    await eventually(async () => (await master()) !== 'redis-1');
    await start('redis-1');
    const now = (await master()) ?? '';
    await eventually(() => follows('redis-1', now), SENTINEL_CONVERSION_MS);
  }, 90_000);

  it('knows after a restart who is who', async () => {
    const now = (await master()) ?? '';
    expect(now).not.toBe('redis-1');
    for (const name of ['sentinel-1', 'sentinel-2', 'sentinel-3', 'redis-1', now]) {
      await server(name).stop();
    }
    for (const name of [now, 'redis-1', 'sentinel-1', 'sentinel-2', 'sentinel-3'])
      await start(name);
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
    for (let number = 1; number <= 6; number += 1) {
      nodes.push(await all.start(project, `redis-${number}`, await clusterPort()));
    }
  }, 60_000);
  afterAll(() => all.stop());

  function form() {
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    const env = { PATH: process.env.PATH, ...project.service('form-cluster').environment };
    const script = join(REDIS_FOLDER, 'form-cluster.sh');
    return spawnSync('/bin/sh', [script, ...addresses], { env, encoding: 'utf8', timeout: 20_000 });
  }

  it('makes a Cluster of three masters, each with a replica, and leaves it alone then', async () => {
    expect(form()).toMatchObject({ status: 0, stderr: '' });
    for (const node of nodes) {
      await eventually(async () => {
        const info = text(await node.asOperator('CLUSTER', 'INFO'));
        return info.includes('cluster_state:ok') && info.includes('cluster_slots_ok:16384');
      });
    }
    // The replicas follow as a user of their own, whose password each has to know.
    await eventually(async () => {
      const infos = await Promise.all(nodes.map((it) => it.asOperator('INFO', 'replication')));
      return infos.filter((info) => text(info).includes('master_link_status:up')).length === 3;
    });
    const masters = () =>
      nodes[0]?.asOperator('CLUSTER', 'NODES').then((it) => text(it).match(/\bmaster\b/g));
    await eventually(async () => (await masters())?.length === 3);

    const again = form();
    expect(again.status).toBe(0);
    expect(again.stdout).toContain('The Cluster is formed: 6 nodes');
    expect(text(await nodes[0]?.asOperator('CLUSTER', 'NODES')).split('\n')).toHaveLength(7);
  }, 60_000);
});

it('no file in docker/redis holds a password or the hash of one', () => {
  for (const file of ['operator.acl', 'users.acl', 'sentinel.conf', 'replication.conf']) {
    const words = readFileSync(join(REDIS_FOLDER, file), 'utf8').split(/\s+/);
    const secrets = words.filter((word) => /^(>|#[0-9a-f]{64})/.test(word));
    expect(secrets.filter((word) => !/^>change-me-[a-z]+$/.test(word))).toEqual([]);
  }
});
