import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { checkRedis, describeProblem } from './redis-check.js';
import { createRedisClient, whenReady } from './redis-client.js';
import { safeRedis } from './test-support/safe-redis.js';
import { patientClient } from '../../test-support/patient-client.js';
import { startedRedis } from '../../test-support/started-redis.js';

const never = new AbortController().signal;

/** Problems without their advice, such as `Open (127.0.0.1:6379)`. */
async function problemsOf(client: Redis): Promise<string[]> {
  const problems = await checkRedis(client, never);
  return problems.map((it) => describeProblem(it).split(':').slice(0, -1).join(':'));
}

describe('the check of a Redis', () => {
  const shared = startedRedis();
  const clients: Redis[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  async function connect(url: string): Promise<Redis> {
    const client = patientClient(url);
    clients.push(client);
    expect(await whenReady(client, 10_000)).toBeNull();
    return client;
  }

  describe('with the users that the project ships', () => {
    const safe = safeRedis();

    it('finds no problem on a safe Redis', async () => {
      expect(await problemsOf(await connect(safe.redis.urlOf('orders')))).toEqual([]);
    });

    it.each([
      ['Open', () => safe.operator.acl('SETUSER', 'default', 'on', 'nopass', '+@all')],
      ['Unpersisted', () => safe.operator.config('SET', 'appendonly', 'no')],
      ['Evicting', () => safe.operator.config('SET', 'maxmemory-policy', 'allkeys-lru')],
    ])('finds only %s, and names the server', async (what, spoil) => {
      await spoil();

      expect(await problemsOf(await connect(safe.redis.urlOf('orders')))).toEqual([
        `${what} (127.0.0.1:${safe.redis.port})`,
      ]);
    });

    it('also finds Unpersisted with snapshots, which restore ended sessions', async () => {
      await safe.operator.config('SET', 'appendonly', 'no');
      await safe.operator.save();

      const problems = await checkRedis(await connect(safe.redis.urlOf('orders')), never);

      expect(problems.map(describeProblem)).toEqual([
        expect.stringMatching(/^Unpersisted .*from a snapshot.*'appendonly yes'\.$/),
      ]);
    });

    it('finds several problems at once', async () => {
      await safe.operator.acl('SETUSER', 'default', 'on', 'nopass', '+@all');
      await safe.operator.config('SET', 'appendonly', 'no', 'maxmemory-policy', 'volatile-ttl');

      expect(await problemsOf(await connect(safe.redis.urlOf('orders')))).toEqual([
        expect.stringMatching('^Open '),
        expect.stringMatching('^Unpersisted '),
        expect.stringMatching('^Evicting '),
      ]);
    });

    it.each(['auth', 'orders', 'products'] as const)(
      'sends INFO and one anonymous PING, and nothing that %s may not run',
      async (service) => {
        await safe.operator.acl('LOG', 'RESET');
        await safe.operator.config('RESETSTAT');
        await checkRedis(await connect(safe.redis.urlOf(service)), never);

        const stats = await safe.operator.info('commandstats');
        const commands = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name);
        // ioredis authenticates with HELLO.
        expect(commands.sort()).toEqual(['config|resetstat', 'hello', 'info', 'ping']);
        expect(stats).toMatch(/^cmdstat_ping:calls=0,.*rejected_calls=1,/m);
        expect(await safe.operator.acl('LOG')).toEqual([]);
      },
    );
  });

  describe('that does not answer', () => {
    let server: RedisServer;

    beforeAll(async () => {
      server = await RedisServer.start();
    });

    afterAll(async () => {
      server.kill('SIGCONT');
      await server.stop();
    });

    it('ends with an unclear result', async () => {
      const client = createRedisClient({ port: server.port });
      clients.push(client);
      await whenReady(client, 10_000);
      server.kill('SIGSTOP');
      const problems = await checkRedis(client, never);

      expect(problems).toEqual([
        expect.objectContaining({ what: 'Unclear', isCertain: false }) as unknown,
      ]);
    });
  });

  it('finds problems despite one lost reply', async () => {
    const client = await connect(shared.url);
    jest.spyOn(client, 'info').mockRejectedValueOnce(new Error('Command timed out'));

    expect(await problemsOf(client)).toContain(`Open (127.0.0.1:${shared.server.port})`);
  });
});
