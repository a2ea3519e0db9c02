import { keysWithoutExpiry } from '../../test-support/key-space.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { LiveSessionIndex } from './live-session-index.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';

const HOUR = 3_600_000;

describe('the index of live sessions in Redis', () => {
  const redis = startedRedis();
  let store: RedisIssuerSessionStore;

  beforeEach(() => {
    store = new RedisIssuerSessionStore(redis.client);
  });

  const listed = async () =>
    (await store.listAfter(null, 1_000)).sessions.map(({ session }) => session.id);
  const lists = () => redis.client.keys('live-sessions:*');
  const entries = async () => {
    const [list = ''] = await lists();
    return list === '' ? [] : redis.client.lrange(list, 0, -1);
  };
  const stored = async (fields: Parameters<typeof sampleSession>[0] = {}) => {
    const session = sampleSession(fields);
    await store.insert(session);
    return session;
  };

  it('is the documented list, with a directory of its widths', async () => {
    const createdAt = Date.now();
    const absoluteExpiresAt = createdAt + 12 * HOUR;
    const { id } = await stored({ createdAt, absoluteExpiresAt });

    const window = Math.floor(absoluteExpiresAt / 65_536);
    expect(await lists()).toEqual([`live-sessions:{16.${window}}`]);
    expect(await entries()).toEqual([absoluteExpiresAt.toString(36) + id]);
    expect(await redis.client.zrange('live-session-widths', '0', '-1')).toEqual(['16']);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
    const [list = ''] = await lists();
    const endOfWindow = (window + 1) * 65_536;
    expect(await redis.client.pttl(list)).toBeGreaterThanOrEqual(endOfWindow - Date.now());
  });

  it('lists sessions of different lifetimes in one order', async () => {
    const now = Date.now();
    const sessions = [];
    for (const hours of [1, 24 * 30, 12, 2, 12.001, 0.5, 11.9]) {
      const absoluteExpiresAt = Math.floor(now + hours * HOUR);
      const createdAt = hours % 2 === 0 ? now : absoluteExpiresAt - 12 * HOUR;
      sessions.push(await stored({ createdAt, absoluteExpiresAt }));
    }
    sessions.sort((a, b) => b.absoluteExpiresAt - a.absoluteExpiresAt);

    expect(await listed()).toEqual(sessions.map(({ id }) => id));
    expect(await store.count()).toBe(7);
    const { next } = await store.listAfter(null, 3);
    expect((await store.listAfter(next, 10)).sessions.map(({ session }) => session.id)).toEqual(
      sessions.slice(3).map(({ id }) => id),
    );
  });

  it('does not count sessions whose absolute timeout has passed in a list that remains', async () => {
    const createdAt = Date.now() - 12 * HOUR;
    const index = new LiveSessionIndex(redis.client);
    const { id } = sampleSession();
    await index.add({ id, createdAt, absoluteExpiresAt: Date.now() - 1 }, true);
    await stored({ createdAt, absoluteExpiresAt: Date.now() + 20_000 });

    expect(await store.count()).toBe(1);
    expect(await listed()).toHaveLength(1);
  });

  it('loses the entry of a session that no longer exists when it is read', async () => {
    const [kept, gone] = [await stored(), await stored()];
    await redis.client.del(`session:{${gone.id}}`, `idle:{${gone.id}}`);
    expect(await entries()).toHaveLength(2);

    expect(await listed()).toEqual([kept.id]);

    expect(await entries()).toHaveLength(1);
    expect(await store.count()).toBe(1);
  });

  it('keeps the entry of a session that only the clock of this process takes for expired', async () => {
    const { absoluteExpiresAt } = await stored({ absoluteExpiresAt: Date.now() + HOUR });
    const reader = new LiveSessionIndex(redis.client);
    const [batch = []] = await allOf(reader.after(null));
    jest.spyOn(Date, 'now').mockReturnValue(absoluteExpiresAt + 1);
    try {
      expect(await listed()).toEqual([]);
    } finally {
      jest.restoreAllMocks();
    }
    expect(batch).toHaveLength(1);
    expect(await listed()).toHaveLength(1);
  });

  it('regains a lost entry at the next review, once', async () => {
    const session = await stored();
    await redis.client.del(...(await lists()));
    expect(await listed()).toEqual([]);

    for (let i = 0; i < 3; i += 1) await store.review(session.id, session.user.id);

    expect(await listed()).toEqual([session.id]);
    expect(await entries()).toHaveLength(1);
  });

  it('regains a lost directory at the next sign-in of a new process', async () => {
    const first = await stored();
    await redis.client.del('live-session-widths');
    store = new RedisIssuerSessionStore(redis.client);

    const second = await stored();

    expect((await listed()).sort()).toEqual([first.id, second.id].sort());
  });

  it('loses the entry of a session whose idle timeout has passed at its review', async () => {
    const session = await stored();
    await redis.client.del(`idle:{${session.id}}`);

    await store.review(session.id, session.user.id);

    expect(await lists()).toEqual([]);
  });

  it('ignores entries that it does not understand', async () => {
    const session = await stored();
    const [list = ''] = await lists();
    await redis.client.rpush(list, 'x', '', session.id, `!!${session.id}`);

    expect(await listed()).toEqual([session.id]);
  });

  it('stores no session when the directory cannot be written', async () => {
    await redis.client.set('live-session-widths', 'another type');

    await expect(stored()).rejects.toThrow('The session store cannot answer');

    expect(await redis.client.keys('session:*')).toEqual([]);
  });
});

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
