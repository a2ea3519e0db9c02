import { type INestApplication, Logger, Module } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import { SessionModule, type SessionModuleOptions } from 'nest-sessions';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { nearCacheCountersOf } from '../../libs/session/test-support/near-cache-counters.js';
import { patientClient } from '../../libs/session/test-support/patient-client.js';
import { withCookie } from '../../libs/session/test-support/requests.js';
import { PATIENCE } from '../../tools/redis/patience.js';
import { RedisServer } from '../../tools/redis/redis-server.js';
import { eventually } from '../../tools/testing/eventually.js';
import { AuthController } from './redis-failover/auth.controller.js';
import { AuthModule } from './managed-redis/auth.module.js';
import { AuthModule as ClusterModule } from './managed-redis/cluster.module.js';
import { RedisModule, SessionRedis } from './managed-redis/redis.module.js';
import { TokenSource } from './managed-redis/token-source.js';
import { withToken } from './managed-redis/with-token.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

const PASSWORD = 'of-the-provider';

/** Arguments of a node that no other node tells its address. */
const ANNOUNCED = ['--cluster-announce-ip', '127.0.0.1'];

/** Arguments of a server that refuses commands as a provider does: they are unknown to it. */
const refusing = (...commands: string[]) =>
  commands.flatMap((command) => ['--rename-command', command, '']);

let warnings: string[];

beforeEach(() => {
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((entry: unknown) => {
    // The security log writes objects.
    if (typeof entry === 'string') warnings.push(entry);
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a managed Redis', () => {
  const start = recipeApps();
  const servers: RedisServer[] = [];
  const clients: (Redis | Cluster)[] = [];

  afterAll(async () => {
    for (const client of clients) client.disconnect();
    for (const server of servers) await server.stop();
  });

  async function serverWith(args: readonly string[], cluster = false): Promise<RedisServer> {
    const server = await RedisServer.start({
      cluster,
      args: ['--requirepass', PASSWORD, ...args],
    });
    servers.push(server);
    return server;
  }

  const urlOf = ({ port }: RedisServer) => `redis://:${PASSWORD}@127.0.0.1:${port}`;

  function clientFor(server: RedisServer): Redis {
    const client = patientClient(urlOf(server));
    clients.push(client);
    return client;
  }

  const startOn = (client: Redis | Cluster, options: SessionModuleOptions = {}, waitReplicas = 0) =>
    start([sessionsOn({ client, ...options }, waitReplicas)]);

  describe('that refuses CONFIG', () => {
    it('is found to evict and to keep no append-only file, until its provider changes both', async () => {
      const server = await serverWith([
        '--maxmemory-policy',
        'volatile-lru',
        ...refusing('CONFIG'),
      ]);
      const app = await startOn(clientFor(server));

      expect(await signedInStatus(app)).toBe(200);
      expect(warnings).toEqual([
        expect.stringMatching(
          /^Redis is fit for development only\. Unpersisted .* Evicting .*maxmemory-policy is volatile-lru/,
        ),
      ]);
      await expect(startOn(clientFor(server), { strict: true })).rejects.toThrow(
        /'strict' is on:\n {2}- Unpersisted [^\n]*\n {2}- Evicting [^\n]*$/,
      );
      const changed = await serverWith(['--appendonly', 'yes', ...refusing('CONFIG')]);
      const strict = await startOn(clientFor(changed), { strict: true });
      expect(await signedInStatus(strict)).toBe(200);
    });
  });

  describe('that refuses CLIENT, WAIT and CONFIG', () => {
    let server: RedisServer;
    let operator: Redis;
    let cluster: Cluster;

    beforeAll(async () => {
      // One node owns all slots, as in a serverless cache.
      server = await serverWith([...refusing('CLIENT', 'WAIT', 'CONFIG'), ...ANNOUNCED], true);
      operator = clientFor(server);
      await whenReady(operator, PATIENCE);
      await operator.cluster('ADDSLOTSRANGE', 0, 16_383);
      await eventually(async () => (await operator.cluster('INFO')).includes('cluster_state:ok'));
      cluster = clusterOf(server);
      await whenReady(cluster, PATIENCE);
    });

    function clusterOf({ port }: RedisServer): Cluster {
      const client = patientClient({
        nodes: [{ host: '127.0.0.1', port }],
        options: { password: PASSWORD },
      }) as Cluster;
      clients.push(client);
      return client;
    }

    /** Returns how many commands the server has refused. */
    const refusals = async () =>
      Number(/^errorstat_ERR:count=(\d+)/m.exec(await operator.info('errorstats'))?.[1] ?? 0);

    it('serves sessions, ends them, and needs no refused command for it', async () => {
      process.env.REDIS_CLUSTER = `${urlOf(server)}?commandTimeout=${PATIENCE}`;
      const app = await start([ClusterModule]);
      delete process.env.REDIS_CLUSTER;
      const ada = await signIn(app);
      await clientOf(app).get('/profile').set(ada).expect(200);
      await clientOf(app).post('/logout').set(ada).expect(204);
      await clientOf(app).get('/profile').set(ada).expect(401);
    });

    it('leaves the near-cache off with one line, and every request reads Redis', async () => {
      const app = await startOn(cluster, { nearCache: true });
      const before = await refusals();
      await eventually(async () => (await refusals()) >= before + 2);

      const ada = await signIn(app);
      await clientOf(app).get('/profile').set(ada).expect(200);
      await clientOf(app).get('/profile').set(ada).expect(200);
      const { isLinkUp, hits } = nearCacheCountersOf(app);
      expect({ isLinkUp, hits }).toEqual({ isLinkUp: false, hits: 0 });
      expect(warnings.filter((it) => it.startsWith('The near-cache is off'))).toEqual([
        expect.stringContaining("until Redis sends invalidations: ERR unknown command 'CLIENT'"),
      ]);
    });

    it('answers every sign-out with 503 when `waitReplicas` is set, although the session ends', async () => {
      const app = await startOn(cluster, {}, 1);
      const ada = await signIn(app);
      await clientOf(app).get('/profile').set(ada).expect(200);
      await clientOf(app).post('/logout').set(ada).expect(503);
      await clientOf(app).get('/profile').set(ada).expect(401);
      await clientOf(app).post('/logout').set(ada).expect(503);
    });
  });

  describe('that refuses INFO', () => {
    it('never becomes ready, unless the client skips its ready check; `strict` still refuses it', async () => {
      const server = await serverWith(refusing('INFO'));
      const client = clientFor(server);
      expect(await whenReady(client, 500)).not.toBeNull();

      const skipping = createRedisClient({
        ...{ host: '127.0.0.1', port: server.port, password: PASSWORD },
        ...{ enableReadyCheck: false, commandTimeout: PATIENCE, socketTimeout: PATIENCE },
      });
      clients.push(skipping);
      const app = await startOn(skipping);
      expect(await signedInStatus(app)).toBe(200);
      expect(warnings).toEqual([]);
      await expect(startOn(skipping, { strict: true })).rejects.toThrow(
        /- Unclear .*did not answer INFO/,
      );
    });

    it('is ready for a user without the right to INFO; `strict` still refuses it', async () => {
      const server = await serverWith([]);
      const operator = clientFor(server);
      await whenReady(operator, PATIENCE);
      await operator.acl('SETUSER', 'default', '-info');
      jest.spyOn(console, 'warn').mockImplementation();
      const client = clientFor(server);
      expect(await whenReady(client, PATIENCE)).toBeNull();
      expect(console.warn).toHaveBeenCalledWith(expect.stringContaining('NOPERM'));

      expect(await signedInStatus(await startOn(client))).toBe(200);
      await expect(startOn(client, { strict: true })).rejects.toThrow(
        /- Unclear .*did not answer INFO/,
      );
    });

    it('logs nothing about a reply without the section `persistence`, which `strict` refuses', async () => {
      const client = clientFor(await serverWith(['--appendonly', 'yes']));
      await whenReady(client, PATIENCE);
      const whole = await client.info();
      jest.spyOn(client, 'info').mockResolvedValue(whole.replace(/# Persistence\r\n[^#]*/, ''));

      const app = await startOn(client);
      expect(await signedInStatus(app)).toBe(200);
      expect(warnings).toEqual([]);
      await expect(startOn(client, { strict: true })).rejects.toThrow(
        /:\n {2}- Unclear [^\n]*INFO does not report aof_enabled\.$/,
      );
    });
  });
});

describe('a Redis whose tokens expire', () => {
  const start = recipeApps();
  let server: RedisServer;
  let operator: Redis;
  let token: string;

  beforeAll(async () => {
    server = await RedisServer.start();
    operator = patientClient(server.url);
    await whenReady(operator, PATIENCE);
    process.env.REDIS_URL = `redis://auth@127.0.0.1:${server.port}?commandTimeout=${PATIENCE}`;
  });

  beforeEach(async () => {
    jest.spyOn(TokenSource.prototype, 'fetch').mockImplementation(() => Promise.resolve(token));
    await issue('first');
  });

  afterAll(async () => {
    delete process.env.REDIS_URL;
    operator.disconnect();
    await server.stop();
  });

  /** Replaces the token of the user: connections stay, as at the providers. */
  async function issue(next: string): Promise<void> {
    token = next;
    await operator.acl('SETUSER', 'auth', 'on', 'resetpass', `>${next}`, '~*', '&*', '+@all');
  }

  const disconnectAll = () => operator.client('KILL', 'USER', 'auth');

  it('takes the current token for a new connection, after the first has expired', async () => {
    const app = await start([AuthModule]);
    const ada = await signIn(app);
    await clientOf(app).get('/profile').set(ada).expect(200);

    await issue('second');
    await app.get(SessionRedis, { strict: false }).renew();
    await disconnectAll();
    await eventually(async () => (await clientOf(app).get('/profile').set(ada)).status === 200);
    expect(warnings).toEqual([expect.stringContaining('fit for development only')]);
  });

  it('sends a new token on the open connection, which stays open', async () => {
    const app = await start([AuthModule]);
    const ada = await signIn(app);
    const { client } = app.get(SessionRedis, { strict: false });
    const id = await client.client('ID');
    await operator.config('RESETSTAT');

    await issue('third');
    await app.get(SessionRedis, { strict: false }).renew();
    await clientOf(app).get('/profile').set(ada).expect(200);
    expect(await client.client('ID')).toBe(id);
    expect(await operator.info('commandstats')).toMatch(/^cmdstat_auth:calls=1,.*failed_calls=0/m);
  });

  it('keeps the connection and the old token when no new token can be had', async () => {
    const app = await start([AuthModule]);
    const ada = await signIn(app);
    jest.spyOn(TokenSource.prototype, 'fetch').mockRejectedValueOnce(new Error('throttled'));
    await app.get(SessionRedis, { strict: false }).renew();
    await clientOf(app).get('/profile').set(ada).expect(200);
    await disconnectAll();
    await eventually(async () => (await clientOf(app).get('/profile').set(ada)).status === 200);
    expect(warnings.join()).toContain('Renewing the Redis token failed: Error: throttled');
  });

  it('restores the link of the near-cache, a connection of its own, with the current token', async () => {
    @Module({
      imports: [
        SessionModule.forRootAsync({
          imports: [RedisModule],
          inject: [SessionRedis],
          useFactory: async (redis: SessionRedis) => ({
            client: (await redis.start()).client,
            nearCache: true,
          }),
        }),
      ],
    })
    class NearCachedModule {}
    const app = await start([NearCachedModule]);
    const counters = nearCacheCountersOf(app);
    await eventually(() => counters.isLinkUp);

    await issue('fourth');
    await app.get(SessionRedis, { strict: false }).renew();
    await disconnectAll();
    await eventually(() => counters.linkLosses > 0);
    await eventually(() => counters.isLinkUp);
  });
});

describe('the nodes of a Cluster whose tokens expire', () => {
  it('take the current token for each new connection', async () => {
    const server = await RedisServer.start({ cluster: true, args: ANNOUNCED });
    const operator = patientClient(server.url);
    await whenReady(operator, PATIENCE);
    await operator.cluster('ADDSLOTSRANGE', 0, 16_383);
    await eventually(async () => (await operator.cluster('INFO')).includes('cluster_state:ok'));
    let token = 'first';
    const issue = (next: string) =>
      operator.acl('SETUSER', 'auth', 'on', 'resetpass', `>${(token = next)}`, '~*', '+@all');
    await issue('first');
    const client = createRedisClient({
      nodes: [{ host: '127.0.0.1', port: server.port }],
      options: withToken(
        { username: 'auth', commandTimeout: PATIENCE, socketTimeout: PATIENCE },
        () => token,
      ),
    });
    client.on('error', () => undefined);
    try {
      await whenReady(client, PATIENCE);
      expect(await client.set('a', '1')).toBe('OK');
      await issue('second');
      await operator.client('KILL', 'USER', 'auth');
      await eventually(async () => (await client.get('a').catch(() => null)) === '1');
    } finally {
      client.disconnect();
      operator.disconnect();
      await server.stop();
    }
  });
});

function sessionsOn(options: SessionModuleOptions, waitReplicas: number) {
  @Module({
    imports: [SessionModule.forRoot(options), SessionIssuerModule.forRoot({ waitReplicas })],
    controllers: [AuthController],
  })
  class SessionsModule {}
  return SessionsModule;
}

async function signIn(app: INestApplication): Promise<Record<string, string>> {
  const user = { id: 'u-1', username: 'ada' };
  const { token } = await app.get(SessionManager, { strict: false }).create({ user, roles: [] });
  return withCookie(token).headers;
}

async function signedInStatus(app: INestApplication): Promise<number> {
  return (
    await clientOf(app)
      .get('/profile')
      .set(await signIn(app))
  ).status;
}
