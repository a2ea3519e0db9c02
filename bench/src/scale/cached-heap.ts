import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Message of the process. */
export interface CachedHeap {
  readonly bytesPerEntry: number;
}

/** Measures the heap bytes of one near-cached session, in a process of its own. */
export async function measureCachedHeap(redisUrl: string, entries: number): Promise<number> {
  const child = fork(join(__dirname, 'cached-heap.process.js'), [redisUrl, String(entries)], {
    execArgv: ['--expose-gc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process with the near-cache exited with ${String(code)}`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [CachedHeap];
    return message.bytesPerEntry;
  } finally {
    ended.catch(() => undefined);
    child.kill();
  }
}
