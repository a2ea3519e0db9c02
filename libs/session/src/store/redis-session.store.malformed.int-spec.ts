import { Logger } from '@nestjs/common';
import type { Session } from '../session/session';
import { encodeSession } from '../session/session-record';
import { sampleSession } from '../testing/sample-session';
import { startedRedis } from '../testing/started-redis';
import { RedisIssuerSessionStore } from './redis-issuer-session.store';
import { RedisSessionStore } from './redis-session.store';
import { SessionCounters } from './session-counters';

type Fields = Record<string, unknown>;

/** A change to one field of an otherwise proper record. */
function withFields(changes: Fields): (session: Session) => string {
  return (session) =>
    JSON.stringify({ ...(JSON.parse(encodeSession(session)) as Fields), ...changes });
}

function without(field: string): (session: Session) => string {
  return withFields({ [field]: undefined });
}

const malformed: [what: string, record: (session: Session) => string][] = [
  ['nothing', () => ''],
  ['broken JSON', (session) => encodeSession(session).slice(0, -1)],
  ['text', () => 'session'],
  ['null', () => 'null'],
  ['a number', () => '1'],
  ['a list', (session) => `[${encodeSession(session)}]`],
  ['a string that holds a record', (session) => JSON.stringify(encodeSession(session))],
  ['two records', (session) => encodeSession(session).repeat(2)],
  ['eight megabytes of something else', () => 'x'.repeat(8_000_000)],
  ['a hundred thousand brackets', () => '['.repeat(100_000)],
  ['no version', without('v')],
  ['a later version', withFields({ v: 2 })],
  ['an earlier version', withFields({ v: 0 })],
  ['a version as text', withFields({ v: '1' })],
  ['the record of another session', () => encodeSession(sampleSession())],
  ['an id that is a list of the id', (session) => withFields({ id: [session.id] })(session)],
  ['no user', without('user')],
  ['null for a user', withFields({ user: null })],
  ['a list for a user', withFields({ user: ['u-1', 'ada'] })],
  ['a user without an id', withFields({ user: { username: 'ada' } })],
  ['a user with an empty id', withFields({ user: { id: '', username: 'ada' } })],
  ['a user whose id is a number', withFields({ user: { id: 1, username: 'ada' } })],
  ['a user without a name', withFields({ user: { id: 'u-1' } })],
  ['no roles', without('roles')],
  ['roles as text', withFields({ roles: 'admin' })],
  ['roles as an object', withFields({ roles: { admin: true, length: 1 } })],
  ['a role that is a number', withFields({ roles: ['orders', 1] })],
  ['a role that is null', withFields({ roles: [null] })],
  ['a role that is a list', withFields({ roles: [['admin']] })],
  ['no creation time', without('createdAt')],
  ['no time of authentication', without('authenticatedAt')],
  ['no absolute timeout', without('abs')],
  ['an absolute timeout as text', withFields({ abs: '9999999999999' })],
  ['an absolute timeout beyond all numbers', withFields({ abs: 1e300 })],
  ['an absolute timeout of null', withFields({ abs: null })],
  ['no idle timeout', without('idle')],
  ['an idle timeout of zero', withFields({ idle: 0 })],
  ['a negative idle timeout', withFields({ idle: -1 })],
  ['half a millisecond', withFields({ idle: 0.5 })],
  ['no user agent', without('ua')],
  ['a user agent that is an object', withFields({ ua: {} })],
  ['no address', without('ip')],
  ['an address that is a number', withFields({ ip: 1 })],
  ['no data', without('data')],
  ['data that is a list', withFields({ data: [] })],
  ['data that is null', withFields({ data: null })],
  [
    'data nested a hundred thousand deep',
    (session) =>
      encodeSession(session).replace(
        '"data":{}',
        `"data":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      ),
  ],
  ['everything in __proto__', (session) => `{"__proto__":${encodeSession(session)}}`],
];

describe('a malformed record in Redis', () => {
  const redis = startedRedis();
  let counters: SessionCounters;
  let store: RedisSessionStore;
  let issuer: RedisIssuerSessionStore;
  let warnings: jest.SpyInstance;

  beforeEach(() => {
    counters = new SessionCounters();
    store = new RedisSessionStore(redis.client, 60_000, counters);
    issuer = new RedisIssuerSessionStore(redis.client);
    warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });

  afterEach(() => {
    warnings.mockRestore();
  });

  /** Puts something in the place of a live session's record; its clock runs on. */
  async function plant(session: Session, record: string): Promise<void> {
    await issuer.insert(session);
    await redis.client.set(`session:{${session.id}}`, record, 'KEEPTTL');
  }

  it.each(malformed)('that is %s is no session, and is counted', async (_, record) => {
    const session = sampleSession();
    await plant(session, record(session));

    expect(await store.find(session.id)).toBeNull();
    expect(counters.malformedRecords).toBe(1);
  });

  it.each(malformed)(
    'that is %s is no session while the process knows its clock',
    async (_, record) => {
      const session = sampleSession();
      await issuer.insert(session);
      expect(await store.find(session.id)).not.toBeNull();

      await plant(session, record(session));

      expect(await store.find(session.id)).toBeNull();
      expect(counters.malformedRecords).toBe(1);
    },
  );

  it.each(malformed)('that is %s is nothing to inspect or to change', async (_, record) => {
    const session = sampleSession();
    await plant(session, record(session));
    const change = jest.fn((it: Session) => it);

    expect(await issuer.inspect(session.id)).toBeNull();
    expect(await issuer.update(session.id, change)).toBeNull();
    expect(change).not.toHaveBeenCalled();
  });

  it.each(malformed)('that is %s can be removed with all its keys', async (_, record) => {
    const session = sampleSession();
    await plant(session, record(session));

    expect(await issuer.remove(session.id, session.user.id)).toBeNull();
    expect(await redis.client.keys('*')).toEqual([]);
  });

  describe('of another type', () => {
    const session = sampleSession();
    const key = `session:{${session.id}}`;

    beforeEach(async () => {
      await issuer.insert(session);
    });

    async function plantHash(): Promise<void> {
      await redis.client.multi().del(key).hset(key, 'v', '1').pexpire(key, 60_000).exec();
    }

    it('is no session, and is counted', async () => {
      await plantHash();

      expect(await store.find(session.id)).toBeNull();
      expect(counters.malformedRecords).toBe(1);
    });

    it('is no session while the process knows its clock', async () => {
      expect(await store.find(session.id)).not.toBeNull();
      await plantHash();

      expect(await store.find(session.id)).toBeNull();
      expect(counters.malformedRecords).toBe(1);
    });

    it('is nothing to inspect or to change, and can be removed', async () => {
      await plantHash();

      expect(await issuer.inspect(session.id)).toBeNull();
      expect(await issuer.update(session.id, (it) => it)).toBeNull();
      expect(await issuer.remove(session.id, session.user.id)).toBeNull();
      expect(await redis.client.keys('*')).toEqual([]);
    });
  });

  it('is told once per time, by the name of its key', async () => {
    const session = sampleSession();
    await plant(session, '{}');

    await store.find(session.id);

    expect(warnings.mock.calls).toEqual([[expect.stringContaining(`session:{${session.id}}`)]]);
  });

  it('does not count what is merely unknown or has run out', async () => {
    const session = sampleSession();
    await issuer.insert(session);
    await redis.client.del(`idle:{${session.id}}`);

    expect(await store.find(session.id)).toBeNull();
    expect(await store.find(sampleSession().id)).toBeNull();
    expect(counters.malformedRecords).toBe(0);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('is what a record counts as whose idle clock never ends', async () => {
    const session = sampleSession();
    await issuer.insert(session);
    await redis.client.persist(`idle:{${session.id}}`);

    expect(await store.find(session.id)).toBeNull();
    expect(await issuer.inspect(session.id)).toBeNull();
    expect(counters.malformedRecords).toBe(1);
  });

  it('is not what a record counts as that has fields more than are known', async () => {
    const session = sampleSession();
    await plant(session, withFields({ region: 'eu', __proto__: 'x' })(session));

    expect(await store.find(session.id)).not.toBeNull();
    expect(counters.malformedRecords).toBe(0);
  });

  it('is not what a large record counts as', async () => {
    const session = sampleSession({ data: { note: 'x'.repeat(1_000_000) } });
    await issuer.insert(session);

    expect((await store.find(session.id))?.data).toEqual(session.data);
  });

  it('gives nobody a role through a prototype', async () => {
    const session = sampleSession({ roles: [] });
    const data = '{"__proto__":{"roles":["admin"],"admin":true}}';
    await plant(
      session,
      withFields({ data: null })(session).replace('"data":null', `"data":${data}`),
    );

    const found = await store.find(session.id);

    expect(found?.roles).toEqual([]);
    expect(found?.hasRole('admin')).toBe(false);
    expect((found?.data as { admin?: boolean }).admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
