import { Logger } from '@nestjs/common';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { whenReady } from '../store/redis-client.js';
import { IDENTITY_KEYS_KEY } from '../store/redis-session.keys.js';
import { keysWithoutExpiry } from '../../test-support/key-space.js';
import { MovedClock } from '../../test-support/moved-clock.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { CLOCK_TOLERANCE, IdentityKeyRegistry } from './identity-key.registry.js';
import { IdentityKeys } from './identity-keys.js';
import { MAX_LIFETIME, SessionIdentityOptions } from './session-identity.options.js';
import { patientClient } from '../../test-support/patient-client.js';

describe('the keys of a process', () => {
  const redis = startedRedis();
  const clock = MovedClock.forEachTest();
  const opened: IdentityKeys[] = [];

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((keys) => keys.beforeApplicationShutdown()));
  });

  function open(given = {}, client = redis.client): IdentityKeys {
    const keys = new IdentityKeys(
      new IdentityKeyRegistry(client),
      new SessionIdentityOptions(given),
    );
    opened.push(keys);
    return keys;
  }

  /** Returns the ids of the keys that any process has published. */
  const publishedKids = async () =>
    (await new IdentityKeyRegistry(redis.client).list()).map(({ kid }) => kid);

  it('are published before they sign anything', async () => {
    const keys = open();
    expect(await publishedKids()).toEqual([]);
    const { kid } = await keys.forSigning();
    expect(await publishedKids()).toEqual([kid]);
    expect((await keys.forSigning()).kid).toBe(kid);
  });

  it('never store the private half in Redis, and cannot be exported', async () => {
    const keys = open();
    const { privateKey } = await keys.forSigning();
    expect(privateKey.extractable).toBe(false);
    const [member = ''] = await redis.client.zrange(IDENTITY_KEYS_KEY, '0', '-1');
    expect(Object.keys(JSON.parse(member) as object)).toEqual([
      'kty',
      'crv',
      'x',
      'kid',
      'alg',
      'use',
    ]);
  });

  it('leave no key in Redis without an expiry', async () => {
    await open().forSigning();
    expect(await redis.client.keys('*')).toEqual([IDENTITY_KEYS_KEY]);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
  });

  it('stay published beyond the identity lifetime, the clock tolerance and the key cache', async () => {
    const options = new SessionIdentityOptions({});
    await open().forSigning();
    const [, until] = await redis.client.zrange(IDENTITY_KEYS_KEY, '0', '-1', 'WITHSCORES');
    const needed = MAX_LIFETIME + CLOCK_TOLERANCE + options.cacheFor;
    expect(Number(until)).toBeGreaterThan(Date.now() + needed);
    expect(await redis.client.pexpiretime(IDENTITY_KEYS_KEY)).toBeGreaterThan(Date.now() + needed);
  });

  it('are listed together with the keys of other processes', async () => {
    const [one, other] = [open(), open()];
    const kids = [(await one.forSigning()).kid, (await other.forSigning()).kid];
    expect((await publishedKids()).sort()).toEqual([...kids].sort());
    expect((await publishedKids()).sort()).toEqual([...kids].sort());
  });

  it('are published again before the next signature when Redis has lost them', async () => {
    const keys = open();
    const { kid } = await keys.forSigning();
    await redis.client.flushall();
    expect(await publishedKids()).toEqual([]);
    expect((await keys.forSigning()).kid).toBe(kid);
    expect(await publishedKids()).toEqual([kid]);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
  });

  it('are published again before they expire', async () => {
    const keys = open();
    const { kid } = await keys.forSigning();
    const [member = ''] = await redis.client.zrange(IDENTITY_KEYS_KEY, '0', '-1');
    const soon = Date.now() + 60_000;
    await redis.client.zadd(IDENTITY_KEYS_KEY, soon, member);
    expect((await keys.forSigning()).kid).toBe(kid);
    expect(Number(await redis.client.zscore(IDENTITY_KEYS_KEY, member))).toBeGreaterThan(soon);
  });

  it('are no longer listed after they expire, and malformed entries never are', async () => {
    const keys = open();
    const { kid } = await keys.forSigning();
    const [member = ''] = await redis.client.zrange(IDENTITY_KEYS_KEY, '0', '-1');
    const forged = JSON.stringify({ ...(JSON.parse(member) as object), kid: 'another' });
    const later = Date.now() + 60_000;
    await redis.client.zadd(IDENTITY_KEYS_KEY, later, 'x', later, '{}', later, forged);
    expect(await publishedKids()).toEqual([kid]);
    await redis.client.zadd(IDENTITY_KEYS_KEY, Date.now() - 2 * CLOCK_TOLERANCE, member);
    expect(await publishedKids()).toEqual([]);
  });

  it('survive a process whose clock is an hour fast or slow', async () => {
    const kids = [(await open().forSigning()).kid];
    for (const time of [61 * 60_000, -2 * 61 * 60_000]) {
      clock.forward(time);
      kids.push((await open().forSigning()).kid);
      expect((await publishedKids()).sort()).toEqual([...kids].sort());
    }
  });

  it('remove expired keys', async () => {
    await redis.client.zadd(IDENTITY_KEYS_KEY, Date.now() - 2 * CLOCK_TOLERANCE, 'old');
    await open().forSigning();
    expect(await redis.client.zscore(IDENTITY_KEYS_KEY, 'old')).toBeNull();
  });
});

describe('while Redis rejects writes or is down, the keys of a process', () => {
  let server: RedisServer;
  let client: ReturnType<typeof patientClient>;

  beforeAll(async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation();
    server = await RedisServer.start();
    client = patientClient(server.url);
    client.on('error', () => undefined);
    await whenReady(client, 10_000);
  });

  afterAll(async () => {
    client.disconnect();
    await server.stop();
    jest.restoreAllMocks();
  });

  const keysOn = () =>
    new IdentityKeys(new IdentityKeyRegistry(client), new SessionIdentityOptions({}));

  it('do not sign when Redis has lost them and rejects writes', async () => {
    const keys = keysOn();
    await keys.forSigning();
    await client.flushall();
    await client.acl('SETUSER', 'default', '-zadd');
    try {
      await expect(keys.forSigning()).rejects.toThrow(SessionStoreUnavailableError);
      await expect(keys.forSigning()).rejects.toThrow(SessionStoreUnavailableError);
    } finally {
      await client.acl('SETUSER', 'default', '+zadd');
    }
    await keys.forSigning();
    await keys.beforeApplicationShutdown();
  });

  it('keep signing when already published, and do not start to sign otherwise', async () => {
    const keys = keysOn();
    const { kid } = await keys.forSigning();
    await server.stop();
    expect((await keys.forSigning()).kid).toBe(kid);
    await expect(keys.renew()).rejects.toThrow(SessionStoreUnavailableError);
    expect((await keys.forSigning()).kid).toBe(kid);

    const late = keysOn();
    await expect(late.forSigning()).rejects.toThrow(SessionStoreUnavailableError);
    await expect(late.published()).rejects.toThrow(SessionStoreUnavailableError);
    server = await RedisServer.start({ port: server.port });
    await eventually(() =>
      late.forSigning().then(
        () => true,
        () => false,
      ),
    );
    await Promise.all([keys, late].map((it) => it.beforeApplicationShutdown()));
  });
});
