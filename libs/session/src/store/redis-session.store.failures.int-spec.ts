import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { keysOfSessions, keysWithoutExpiry } from '../../test-support/key-space.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { createRedisClient, whenReady } from './redis-client.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from './redis-session.store.js';
import { SessionCounters } from './session-counters.js';

const session = sampleSession();

/** Calls of both stores. */
const calls: [name: string, call: (client: Redis) => Promise<unknown>][] = [
  ['find', (client) => new RedisSessionStore(client, 60_000).find(session.id)],
  ['touch', (client) => new RedisSessionStore(client, 60_000).touch(session)],
  [
    'add',
    (client) =>
      new RedisSessionStore(client, 60_000).add(session, {
        service: 'orders',
        name: 'n',
        value: '1',
      }),
  ],
  [
    'attributes',
    (client) => new RedisSessionStore(client, 60_000).attributes(session.id, 'orders'),
  ],
  ['ping', (client) => new RedisSessionStore(client, 60_000).ping()],
  ['insert', (client) => new RedisIssuerSessionStore(client).insert(session)],
  ['inspect', (client) => new RedisIssuerSessionStore(client).inspect(session.id)],
  ['update', (client) => new RedisIssuerSessionStore(client).update(session.id, (it) => it)],
  ['remove', (client) => new RedisIssuerSessionStore(client).remove(session.id, 'u-1', session)],
  ['idsOf', (client) => new RedisIssuerSessionStore(client).idsOf('u-1')],
];

/** Returns a service's client of a Redis that holds the session. */
async function connected(port: number): Promise<Redis> {
  const client = createRedisClient({ port, disconnectTimeout: 50 });
  client.on('error', () => undefined);
  await whenReady(client, 10_000);
  await new RedisIssuerSessionStore(client).insert(session);
  return client;
}

async function answers(store: RedisSessionStore): Promise<boolean> {
  return store.ping().then(
    () => true,
    () => false,
  );
}

const nameOfCall = ([name]: (typeof calls)[number]) => name;

describe('while Redis is stopped,', () => {
  let server: RedisServer;
  let client: Redis;
  /** Store that has found the session before. */
  let knowing: RedisSessionStore;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = await connected(server.port);
    knowing = new RedisSessionStore(client, 60_000);
    expect(await knowing.find(session.id)).not.toBeNull();
    await server.stop();
  });

  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  it('every call throws SessionStoreUnavailableError', () =>
    eachRow(
      calls,
      ([, call]) => expect(call(client)).rejects.toThrow(SessionStoreUnavailableError),
      nameOfCall,
    ));

  it('a session that the process knows to be fresh is not served without Redis', async () => {
    await expect(knowing.find(session.id)).rejects.toThrow(SessionStoreUnavailableError);
  });

  it('the error carries the error of the client as its cause', async () => {
    const error = await new RedisSessionStore(client, 60_000)
      .find(session.id)
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'ERR_SESSION_STORE_UNAVAILABLE' });
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  it('the same client and store recover as soon as it restarts on its port', async () => {
    await expect(knowing.ping()).rejects.toThrow(SessionStoreUnavailableError);

    server = await RedisServer.start({ port: server.port });
    await eventually(() => answers(knowing));

    expect(await knowing.find(session.id)).toBeNull();
    await new RedisIssuerSessionStore(client).insert(session);
    expect(await knowing.find(session.id)).not.toBeNull();
  });
});

describe('while Redis is frozen,', () => {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  beforeEach(async () => {
    client = await connected(server.port);
  });

  afterEach(() => {
    server.kill('SIGCONT');
    client.disconnect();
  });

  afterAll(() => server.stop());

  async function expectUnavailable(call: (client: Redis) => Promise<unknown>): Promise<void> {
    await expect(call(client)).rejects.toThrow(SessionStoreUnavailableError);
  }

  it('every call throws SessionStoreUnavailableError', async () => {
    server.kill('SIGSTOP');
    // All calls run concurrently, as each waits for an answer.
    const attempts = calls.map(([name, call]) => ({ name, outcome: expectUnavailable(call) }));
    await Promise.allSettled(attempts.map(({ outcome }) => outcome));

    await eachRow(
      attempts,
      ({ outcome }) => outcome,
      ({ name }) => name,
    );
  });

  it('no session is lost, and each reply matches its command after it resumes', async () => {
    const store = new RedisSessionStore(client, 60_000);
    const other = sampleSession({ user: { id: 'u-2', username: 'eve' } });
    await new RedisIssuerSessionStore(client).insert(other);
    server.kill('SIGSTOP');
    await expect(store.find(other.id)).rejects.toThrow(SessionStoreUnavailableError);
    server.kill('SIGCONT');
    await eventually(() => answers(store));

    expect((await store.find(session.id))?.user.id).toBe('u-1');
    expect((await store.find(other.id))?.user.id).toBe('u-2');
  });
});

describe('when Redis', () => {
  const redis = startedRedis();

  it('loses its data, a session that was fresh in the process is gone', async () => {
    await new RedisIssuerSessionStore(redis.client).insert(session);
    const store = new RedisSessionStore(redis.client, 60_000);
    expect(await store.find(session.id)).not.toBeNull();
    await redis.client.flushall();

    expect(await store.find(session.id)).toBeNull();
  });

  it('is out of memory, a write is rejected and leaves nothing behind', async () => {
    await redis.client.config('SET', 'maxmemory', '1');
    try {
      await expect(new RedisIssuerSessionStore(redis.client).insert(session)).rejects.toThrow(
        SessionStoreUnavailableError,
      );
      expect(await keysOfSessions(redis.client)).toEqual([]);
    } finally {
      await redis.client.config('SET', 'maxmemory', '0');
    }
  });

  it('cannot index a session, the session is not left behind', async () => {
    await redis.client.set('user-sessions:{u-1}', 'of another type', 'PX', 60_000);

    await expect(new RedisIssuerSessionStore(redis.client).insert(session)).rejects.toThrow(
      SessionStoreUnavailableError,
    );
    expect(await keysOfSessions(redis.client)).toEqual(['user-sessions:{u-1}']);
  });
});

describe('with the permissions of a Redis user', () => {
  const redis = startedRedis();
  const clients: Redis[] = [];

  beforeEach(async () => {
    await new RedisIssuerSessionStore(redis.client).insert(session);
    await redis.client.pexpire(`idle:{${session.id}}`, 60_000);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await redis.client.acl('DELUSER', 'service');
  });

  async function clientWith(...rules: string[]): Promise<Redis> {
    await redis.client.call('ACL', 'SETUSER', 'service', 'reset', 'on', '>secret', ...rules);
    const client = createRedisClient({
      port: redis.server.port,
      username: 'service',
      password: 'secret',
    });
    clients.push(client);
    await whenReady(client, 10_000);
    return client;
  }

  /** Permissions of a service by design: read records, and read and renew their idle clocks. */
  const reader = ['%R~session:*', '+get', '+ping', '+info', '(~idle:* +pttl +pexpire)'];

  it('that may only read records and renew clocks, requests are served', async () => {
    const store = new RedisSessionStore(await clientWith(...reader), 60_000);

    await store.ping();
    expect((await store.find(session.id))?.user.id).toBe('u-1');
    await store.touch(session);

    expect(await redis.client.pttl(`idle:{${session.id}}`)).toBeGreaterThan(60_000);
  });

  it('that may only read, no session can be issued, changed or ended', async () => {
    const before = await keysOfSessions(redis.client);
    const issuer = new RedisIssuerSessionStore(await clientWith(...reader));

    for (const attempt of [
      issuer.insert(sampleSession()),
      issuer.update(session.id, (it) => it.with({ roles: ['admin'] })),
      issuer.remove(session.id, 'u-1'),
      issuer.idsOf('u-1'),
    ]) {
      await expect(attempt).rejects.toThrow(SessionStoreUnavailableError);
    }
    expect(await keysOfSessions(redis.client)).toEqual(before.sort());
  });

  it.each([
    ['the clock may not be read', ['%R~session:*', '+get', '+info', '(~idle:* +pexpire)']],
    ['the clock is out of reach', ['%R~session:*', '+get', '+pttl', '+info']],
    ['the record may not be read', ['%R~session:*', '+info', '(~idle:* +pttl +pexpire)']],
    ['the record is out of reach', ['+get', '+info', '(~idle:* +pttl +pexpire)']],
  ])(
    'where %s, find throws SessionStoreUnavailableError and signs no user out',
    async (_, rules) => {
      const counters = new SessionCounters();
      const store = new RedisSessionStore(await clientWith(...rules), 60_000, counters);

      await expect(store.find(session.id)).rejects.toThrow(SessionStoreUnavailableError);
      expect(counters.malformedRecords).toBe(0);
    },
  );

  it('where the clock may not be renewed, only the touch fails', async () => {
    const rules = ['%R~session:*', '+get', '+info', '(%R~idle:* +pttl +pexpire)'];
    const store = new RedisSessionStore(await clientWith(...rules), 60_000);

    expect(await store.find(session.id)).not.toBeNull();
    await expect(store.touch(session)).rejects.toThrow(SessionStoreUnavailableError);
  });

  it('where the index may not be written, no session is left without an index entry', async () => {
    await redis.client.flushall();
    const rules = ['~session:*', '~idle:*', '+set', '+del', '+multi', '+exec', '+info'];
    const issuer = new RedisIssuerSessionStore(await clientWith(...rules));

    await expect(issuer.insert(session)).rejects.toThrow(SessionStoreUnavailableError);
    expect(await keysOfSessions(redis.client)).toEqual([]);
  });

  it('where the insert cannot be rolled back either, the remaining keys expire', async () => {
    await redis.client.flushall();
    const rules = ['~session:*', '~idle:*', '+set', '+multi', '+exec', '+info'];
    const issuer = new RedisIssuerSessionStore(await clientWith(...rules));

    await expect(issuer.insert(session)).rejects.toThrow(SessionStoreUnavailableError);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
  });
});
