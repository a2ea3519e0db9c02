import { setTimeout as delay } from 'node:timers/promises';
import { createRedisClient, RedisSessionStore } from 'nest-sessions/redis';
import { NearCachedSessionStore } from 'nest-sessions/near-cache';
import { eventually } from '../../../tools/testing/eventually';
import { now, type FromReader, type ToReader } from './near-cache.messages';

/** Number of lookups before incoming messages are processed. */
const LOOKS_PER_TURN = 100;

/**
 * A service that looks for sessions continuously, and records when each was last served. Its arguments are
 * the URL of Redis and the maximum staleness in milliseconds.
 */
async function main([url = '', maxStaleness = '']: string[]): Promise<void> {
  const client = createRedisClient(url);
  client.on('error', () => undefined);
  const source = new RedisSessionStore(client, 60_000);
  const limits = { maxStaleness: Number(maxStaleness), maxEntries: 10_000 };
  const store = new NearCachedSessionStore(client, source, limits);
  const { counters } = store;
  const send = (message: FromReader) =>
    new Promise<void>((resolve) => {
      process.send?.(message, () => {
        resolve();
      });
    });

  const ids = new Set<string>();
  const lastServed: Record<string, number> = {};
  const stopped = new AbortController();
  process.on('message', ({ add = [], drop = [], stop = false }: ToReader) => {
    for (const id of add) ids.add(id);
    for (const id of drop) ids.delete(id);
    if (stop) stopped.abort();
  });
  await eventually(() => counters.isLinkUp);
  await send({ type: 'ready' });

  const look = async (id: string) => {
    const at = now();
    const session = store.peek(id) ?? (await store.find(id).catch(() => null));
    if (session) lastServed[id] = at;
  };
  while (!stopped.signal.aborted) {
    let looks: Promise<void>[] = [];
    for (const id of [...ids]) {
      looks.push(look(id));
      if (looks.length < LOOKS_PER_TURN) continue;
      await Promise.all(looks);
      looks = [];
      await delay(1);
    }
    await Promise.all(looks);
    await delay(1);
  }
  store.onApplicationShutdown();
  client.disconnect();
  await send({ type: 'done', lastServed, counters });
  process.disconnect();
}

void main(process.argv.slice(2));
