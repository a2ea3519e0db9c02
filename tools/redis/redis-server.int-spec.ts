import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { isRunning } from '../testing/is-running';
import { ensureRedisServer } from './ensure-redis-server';
import { RedisServer, type RedisServerOptions } from './redis-server';

const mockPorts: number[] = [];
jest.mock('../processes/free-port', () => {
  const real = jest.requireActual<{ freePort: () => Promise<number> }>('../processes/free-port');
  return { freePort: async () => mockPorts.shift() ?? (await real.freePort()) };
});

describe('RedisServer', () => {
  const servers: RedisServer[] = [];
  const clients: Redis[] = [];
  let folder: string;

  const start = async (options?: RedisServerOptions) => {
    const server = await RedisServer.start(options);
    servers.push(server);
    return server;
  };
  const connect = (url: string) => {
    const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    await ensureRedisServer();
  }, 300_000);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'redis-server-spec-'));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    rmSync(folder, { recursive: true });
  });

  it('answers on its URL and keeps nothing on disk', async () => {
    const server = await start();
    const client = connect(server.url);

    await expect(client.set('key', 'value')).resolves.toBe('OK');
    await expect(client.config('GET', 'save')).resolves.toEqual(['save', '']);
    await expect(client.config('GET', 'appendonly')).resolves.toEqual(['appendonly', 'no']);
    await expect(client.config('GET', 'bind')).resolves.toEqual(['bind', '127.0.0.1']);
  });

  it('leaves no process or files behind when stopped, even twice', async () => {
    const server = await start();
    const [, dataFolder = ''] = await connect(server.url).config('GET', 'dir');
    expect(existsSync(dataFolder)).toBe(true);

    await server.stop();
    await server.stop();

    expect(isRunning(server.pid)).toBe(false);
    expect(existsSync(dataFolder)).toBe(false);
  });

  it('restarts empty on the same port', async () => {
    const first = await start();
    await connect(first.url).set('key', 'value');
    await first.stop();

    const second = await start({ port: first.port });

    expect(second.url).toBe(first.url);
    await expect(connect(second.url).get('key')).resolves.toBeNull();
  });

  it('rejects a port that is taken, with the error of Redis', async () => {
    const other = await start();

    await expect(RedisServer.start({ port: other.port })).rejects.toThrow('Address already in use');
  });

  it('uses another free port when the first is taken before it listens', async () => {
    const other = await start();
    mockPorts.push(other.port);

    const server = await start();

    expect(mockPorts).toHaveLength(0);
    expect(server.port).not.toBe(other.port);
    await expect(connect(server.url).ping()).resolves.toBe('PONG');
  });

  it('admits only the users of its ACL file', async () => {
    const aclFile = join(folder, 'users.acl');
    writeFileSync(aclFile, 'user default off\nuser reader on >secret ~* +get +info\n');
    const server = await start({ aclFile });
    const reader = connect(server.url.replace('//', '//reader:secret@'));

    await expect(connect(server.url).get('key')).rejects.toThrow('NOAUTH');
    await expect(reader.get('key')).resolves.toBeNull();
    await expect(reader.set('key', 'value')).rejects.toThrow('NOPERM');
  });

  it('passes additional arguments to the server', async () => {
    const server = await start({ args: ['--maxmemory', '8mb'] });

    await expect(connect(server.url).config('GET', 'maxmemory')).resolves.toEqual([
      'maxmemory',
      String(8 * 1024 * 1024),
    ]);
  });

  it('can run as a Cluster node', async () => {
    const server = await start({ cluster: true });

    await expect(connect(server.url).cluster('INFO')).resolves.toContain('cluster_known_nodes:1');
  });

  it('can run as a Sentinel', async () => {
    const master = await start();
    const configFile = join(folder, 'sentinel.conf');
    writeFileSync(configFile, `sentinel monitor main 127.0.0.1 ${master.port} 1\n`);

    const sentinel = await start({ configFile, args: ['--sentinel'] });

    await expect(
      connect(sentinel.url).call('SENTINEL', 'get-master-addr-by-name', 'main'),
    ).resolves.toEqual(['127.0.0.1', String(master.port)]);
  });

  it('reports why the server did not start', async () => {
    await expect(RedisServer.start({ args: ['--no-such-setting', '1'] })).rejects.toThrow(
      'no-such-setting',
    );
  });

  it('reports why the program cannot be run', async () => {
    await expect(RedisServer.start({ binary: join(folder, 'missing') })).rejects.toThrow('ENOENT');
  });

  it('reports that it was killed', async () => {
    const server = await start();

    server.kill('SIGKILL');

    await expect(server.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('stops gracefully even when it is frozen', async () => {
    const server = await start();
    server.kill('SIGSTOP');

    await server.stop();

    await expect(server.exited).resolves.toEqual({ code: 0, signal: null });
  });
});
