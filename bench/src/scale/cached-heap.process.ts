import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { SessionModule, SessionStore } from 'nest-sessions';
import { NestFactory } from '@nestjs/core';
import type { CachedHeap } from './cached-heap';
import { sampleId } from './sample-sessions';

/** Attempts until the near-cache's link to Redis stands. */
const ATTEMPTS = 50;
const ATTEMPT_INTERVAL_MS = 20;

const [redis = '', entries = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const count = Number(entries);
  const options = { redis, nearCache: { maxStaleness: '2s', maxEntries: count + 1 } };
  const app = await NestFactory.createApplicationContext(SessionModule.forRoot(options), {
    logger: false,
  });
  const store = app.get(SessionStore);
  // The first session pays for one-time allocations.
  await untilKeptNear(store, sampleId(count));
  const before = heapUsed();
  for (let n = 0; n < count; n++) await store.find(sampleId(n));
  await delay(ATTEMPT_INTERVAL_MS);
  const bytesPerEntry = Math.round((heapUsed() - before) / count);
  for (let n = 0; n < count; n++) {
    if (store.peek(sampleId(n)) === undefined)
      throw new Error(`Entry ${n} is not in the near-cache`);
  }
  tell({ bytesPerEntry });
}

/** Waits until `find()` returns the session synchronously, and so from the near-cache. */
async function untilKeptNear(store: SessionStore, id: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (store.peek(id) !== undefined) return;
    if ((await store.find(id)) === null) throw new Error('Redis does not hold a live session');
    await delay(ATTEMPT_INTERVAL_MS);
  }
  throw new Error('A session that was read did not enter the near-cache');
}

function heapUsed(): number {
  if (!global.gc) throw new Error('Start with --expose-gc');
  global.gc();
  return process.memoryUsage().heapUsed;
}

function tell(message: CachedHeap): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
