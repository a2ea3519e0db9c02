import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from './redis-session.store.js';
import { WriteBatch } from './write-batch.js';

describe('commands sent in one turn of the event loop', () => {
  const redis = startedRedis();

  it('are written together at its end', async () => {
    const { client } = redis;
    const batch = new WriteBatch(client);
    batch.join();
    const replies: Promise<unknown>[] = [client.set('k', '1'), client.incr('k')];
    batch.join();
    replies.push(client.get('k'));

    expect(client.stream.writableCorked).toBe(1);
    await nextTurn();

    expect(client.stream.writableCorked).toBe(0);
    expect(await Promise.all(replies)).toEqual(['OK', 2, '2']);
  });

  it('are batched again in every turn', async () => {
    const batch = new WriteBatch(redis.client);
    for (let turn = 0; turn < 3; turn += 1) {
      batch.join();
      expect(redis.client.stream.writableCorked).toBe(1);
      await nextTurn();
    }

    expect(redis.client.stream.writableCorked).toBe(0);
  });

  it('include the commands that read sessions', async () => {
    const session = sampleSession();
    await new RedisIssuerSessionStore(redis.client).insert(session);
    const store = new RedisSessionStore(redis.client, 60_000);

    const found = Promise.all(Array.from({ length: 50 }, () => store.find(session.id)));

    expect(redis.client.stream.writableCorked).toBe(1);
    expect((await found).filter((it) => it?.id === session.id)).toHaveLength(50);
  });

  it('fail alone when the connection breaks, and later commands use the new connection', async () => {
    const store = new RedisSessionStore(redis.client, 60_000);
    const lost = store.find(sampleSession().id);
    redis.client.stream.destroy();

    await expect(lost).rejects.toThrow(/session store/);

    await once(redis.client, 'ready');
    expect(await store.find(sampleSession().id)).toBeNull();
    expect(redis.client.stream.writableCorked).toBe(0);
  });

  it('do not need an open connection', () => {
    const client = new Redis(redis.url, { lazyConnect: true });

    expect(() => {
      new WriteBatch(client).join();
    }).not.toThrow();
    client.disconnect();
  });
});
