import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import { managerOf } from '../../test-support/manager-of.js';
import { MovedClock } from '../../test-support/moved-clock.js';
import { startedRedis } from '../../test-support/started-redis.js';
import type { NewSession } from './session.manager.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

/** Longer than the lifetime of every session here, in milliseconds. */
const AHEAD = 61 * 60_000;

describe('an instance whose clock is an hour fast', () => {
  const redis = startedRedis();
  const clock = MovedClock.forEachTest();

  const manager = () =>
    managerOf(new RedisIssuerSessionStore(redis.client), {
      idleTimeout: '30m',
      absoluteTimeout: '1h',
    });

  /** Creates two sessions on a correct clock. */
  async function signedInTwice(): Promise<string[]> {
    const issued = [await manager().create(ada), await manager().create(ada)];
    return issued.map(({ session }) => session.id).sort();
  }

  const indexed = async () => (await redis.client.zrange('user-sessions:{u-1}', '0', '-1')).sort();
  const stored = async (ids: string[]) =>
    redis.client.exists(...ids.map((id) => `session:{${id}}`));

  it('keeps the sessions of other instances in the index when it creates one', async () => {
    const ids = await signedInTwice();

    clock.forward(AHEAD);
    const { session } = await manager().create(ada);

    expect(await indexed()).toEqual([...ids, session.id].sort());
  });

  it('ends no session by listing', async () => {
    const ids = await signedInTwice();

    clock.forward(AHEAD);
    await manager().listByUser('u-1');

    expect(await stored(ids)).toBe(2);
    expect(await indexed()).toEqual(ids);
  });

  it('sets and limits the roles of all sessions', async () => {
    const ids = await signedInTwice();
    const roles = async () => {
      const records = await redis.client.mget(ids.map((id) => `session:{${id}}`));
      return records.map((record) => (JSON.parse(record ?? '') as { roles: string[] }).roles);
    };

    clock.forward(AHEAD);
    await manager().setRoles('u-1', ['orders', 'products']);
    expect(await roles()).toEqual([
      ['orders', 'products'],
      ['orders', 'products'],
    ]);
    await manager().limitRoles('u-1', ['products']);
    expect(await roles()).toEqual([['products'], ['products']]);
  });

  it('revokes all sessions', async () => {
    const ids = await signedInTwice();

    clock.forward(AHEAD);
    await manager().revokeAll('u-1');

    expect(await stored(ids)).toBe(0);
    expect(await indexed()).toEqual([]);
  });
});
