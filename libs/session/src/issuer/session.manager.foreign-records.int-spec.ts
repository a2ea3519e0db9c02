import { keysOfSessions } from '../../test-support/key-space.js';
import type { Redis } from 'ioredis';
import { sessionDataKey, sessionKey } from '../store/redis-session.keys.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import { managerOf } from '../../test-support/manager-of.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { sessionIdOf } from '../token/session-token.js';
import type { SessionManager } from './session.manager.js';

const ADA = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

/** Sessions as a later release, or a service in another language, may leave them in Redis. */
describe('sessions that other releases and services have written to', () => {
  const redis = startedRedis();
  let client: Redis;
  let manager: SessionManager;

  beforeEach(() => {
    ({ client } = redis);
    manager = managerOf(new RedisIssuerSessionStore(client, { services: ['orders'] }), {
      rotationGrace: '30s',
    });
  });

  const recordOf = async (id: string) =>
    JSON.parse((await client.get(sessionKey(id))) ?? 'null') as Record<string, unknown>;

  const LATER = { device: { model: 'phone', keys: [1, null] }, __proto__: null };
  const later = JSON.stringify(LATER.device);

  /** Adds fields that this release does not know: to the record, and to its user. */
  async function addFields(id: string): Promise<void> {
    const text = (await client.get(sessionKey(id))) ?? '';
    const changed = text
      .replace('"username"', '"locale":"de","username"')
      .replace(/}$/, `,"device":${later},"__proto__":{"role":"admin"}}`);
    await client.set(sessionKey(id), changed, 'KEEPTTL');
  }

  async function expectFields(id: string): Promise<void> {
    const text = (await client.get(sessionKey(id))) ?? '';
    expect(JSON.parse(text)).toMatchObject({ device: LATER.device, user: { locale: 'de' } });
    expect(text).toContain('"__proto__":{"role":"admin"}');
  }

  it('keep fields that this release does not know, whatever else it changes', async () => {
    const { session, token } = await manager.create(ADA);
    await addFields(session.id);

    await manager.setRoles('u-1', ['orders', 'products']);
    await expectFields(session.id);
    expect(await recordOf(session.id)).toMatchObject({ roles: ['orders', 'products'] });

    const rotated = await manager.rotate(sessionIdOf(token), {}, { grace: true });
    await expectFields(session.id);
    await expectFields(rotated?.session.id ?? '');

    const again = await manager.rotate(rotated?.session.id ?? '');
    await expectFields(again?.session.id ?? '');
    expect(again?.session).not.toHaveProperty('device');
  });

  it.each([{ grace: false }, { grace: true }])(
    'are rotated with all 150,000 added attributes: %j',
    async (options) => {
      const { session } = await manager.create(ADA);
      const key = sessionDataKey(session.id, 'orders');
      const script =
        "for i = 1, 150000 do redis.call('HSET', KEYS[1], 'name-' .. i, i) end redis.call('PEXPIRE', KEYS[1], 600000)";
      const loader = client.duplicate({ commandTimeout: undefined });
      await new Promise((resolve) => loader.once('ready', resolve));
      await loader.eval(script, 1, key);

      const rotated = await manager.rotate(session.id, {}, options);

      const copied = sessionDataKey(rotated?.session.id ?? '', 'orders');
      expect(await client.hlen(copied)).toBe(150_000);
      expect(await client.hget(copied, 'name-149999')).toBe('149999');
      expect(await client.pttl(copied)).toBeGreaterThan(0);
      loader.disconnect();
    },
  );
});

describe('a session that no service could read', () => {
  const redis = startedRedis();

  const invalid: [what: string, from: object, problem: RegExp][] = [
    ['a numeric user id', { user: { id: 7, username: 'ada' } }, /'user' .*String\(id\)/],
    ['a bigint for a user id', { user: { id: 7n, username: 'ada' } }, /BigInt/],
    ['an empty user id', { user: { id: '', username: 'ada' } }, /'user'/],
    ['no username', { user: { id: 'u-1' } }, /'user'/],
    ['no user', { user: undefined }, /'user'/],
    ['role objects', { roles: [{ name: 'orders' }] }, /'roles' must be an array of strings/],
    ['roles in one text', { roles: 'orders,products' }, /'roles'/],
    ['no roles', { roles: undefined }, /'roles'/],
    ['an address that is no text', { ip: 127 }, /'ip'/],
    ['data that is a list', { data: [1] }, /'data'/],
    ['data that JSON cannot hold', { data: { big: 1n } }, /'data'.*BigInt/],
  ];

  it.each(invalid)('is not created from %s', async (_, from, problem) => {
    const manager = managerOf(new RedisIssuerSessionStore(redis.client));
    const create = manager.create({ ...ADA, ...from });
    await expect(create).rejects.toMatchObject({
      code: 'ERR_SESSION_INVALID',
      message: expect.stringMatching(problem) as string,
    });
    expect(await keysOfSessions(redis.client)).toEqual([]);
  });

  it('does not result from a change to invalid roles', async () => {
    const manager = managerOf(new RedisIssuerSessionStore(redis.client));
    const { session } = await manager.create(ADA);
    for (const roles of [[{ name: 'orders' }], 'orders', [1], null]) {
      await expect(manager.setRoles('u-1', roles as never)).rejects.toMatchObject({
        code: 'ERR_SESSION_INVALID',
      });
    }
    expect((await manager.find(session.id))?.session.roles).toEqual(['orders']);
  });
});
