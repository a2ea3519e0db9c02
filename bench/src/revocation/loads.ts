import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadJob, LoadMessage, LoadReport } from './load.messages';

/** Kinds of load on the services. */
export const LOADS = ['idle', 'moderate', 'saturated'] as const;

export type Load = (typeof LOADS)[number];

/** Rate over all services at moderate load. */
export const MODERATE_PER_SECOND = 2_000;

export interface RunningLoad {
  /** Stops the load and returns the authorized requests per second. */
  stop(): Promise<number>;
}

/**
 * Sends guarded requests from a process of its own.
 *
 * @param tokens Tokens of the sessions that send the requests.
 */
export async function startLoad(
  load: Load,
  ports: readonly number[],
  tokens: readonly string[],
): Promise<RunningLoad> {
  if (load === 'idle') return { stop: () => Promise.resolve(0) };
  const perSecond = load === 'moderate' ? MODERATE_PER_SECOND : null;
  const child = fork(join(__dirname, 'load.process.js'));
  child.send({ ports, tokens, perSecond } satisfies LoadJob);
  await nextMessage(child);
  return {
    async stop() {
      try {
        if (!child.connected) throw new Error('A request with a live session was not authorized');
        child.send('stop');
        return ((await nextMessage(child)) as LoadReport).perSecond;
      } finally {
        child.kill();
      }
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<LoadMessage> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The process that makes the load exited');
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [
      LoadMessage,
    ];
    return message;
  } finally {
    // A late exit is no longer of interest.
    ended.catch(() => undefined);
    waiting.abort();
  }
}
