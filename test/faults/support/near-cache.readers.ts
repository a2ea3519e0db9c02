import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '../../../tools/repository-root';
import type { FromReader, ToReader } from './near-cache.messages';

export type ReaderResult = Extract<FromReader, { type: 'done' }>;

/** Separate processes, each with a near-cache, that look for sessions continuously. */
export class NearCacheReaders {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  /** @param maxStaleness Milliseconds. */
  static async start(count: number, url: string, maxStaleness: number): Promise<NearCacheReaders> {
    const program = join(__dirname, 'near-cache.reader.ts');
    const execArgv = ['--import', join(repositoryRoot, 'tools/typescript.mjs')];
    const children = Array.from({ length: count }, () =>
      fork(program, [url, String(maxStaleness)], { execArgv }),
    );
    await Promise.all(children.map((child) => messageOf(child)));
    return new NearCacheReaders(children);
  }

  tell(message: ToReader): void {
    for (const child of this.children) child.send(message);
  }

  async stop(): Promise<ReaderResult[]> {
    const results = this.children.map((child) => messageOf(child));
    this.tell({ stop: true });
    return (await Promise.all(results)).filter((it) => it.type === 'done');
  }

  /** Kills the processes that still run. */
  kill(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }
}

/** @throws Error when the process ends before it sends a message */
async function messageOf(child: ChildProcess): Promise<FromReader> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A reader has ended: ${String(code)}`);
  });
  // After the message the process may end.
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [FromReader];
  return message;
}
