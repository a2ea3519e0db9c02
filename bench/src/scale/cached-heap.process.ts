import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { SessionModule, SessionStore } from 'nest-sessions';
import { NestFactory } from '@nestjs/core';
import type { CachedHeap } from './cached-heap';
import { sampleId } from './sample-sessions';

/** How long the library may take to have its link to Redis up. */
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
  // One session first, so that what is made once is not counted.
  await untilKeptNear(store, sampleId(count));
  const before = heapUsed();
  for (let n = 0; n < count; n++) await store.find(sampleId(n));
  await delay(ATTEMPT_INTERVAL_MS);
  const bytesPerEntry = Math.round((heapUsed() - before) / count);
  for (let n = 0; n < count; n++) {
    if (store.peek(sampleId(n)) === undefined) throw new Error(`Entry ${n} was not kept`);
  }
  tell({ bytesPerEntry });
}

/** Only what is near is there at once. */
async function untilKeptNear(store: SessionStore, id: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (store.peek(id) !== undefined) return;
    if ((await store.find(id)) === null) throw new Error('A live session was not found');
    await delay(ATTEMPT_INTERVAL_MS);
  }
  throw new Error('A session that was read is not in memory');
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
