import { Load, type LoadResult } from '../load/load';
import { WrongAnswerError } from '../load/wrong-answer.error';
import type { ServerProcess } from '../servers/server-process';

/** Attempts to load a server whose Redis does not answer in time. */
const ATTEMPTS = 3;

/**
 * Puts a server under load.
 *
 * @throws Error with the server's name when it gives a wrong answer or exits
 */
export async function runLoad(
  server: ServerProcess,
  run: (load: Load) => Promise<LoadResult>,
  concurrency?: number,
): Promise<LoadResult> {
  const load = await Load.on(server, concurrency);
  try {
    return await server.whileAlive(run(load));
  } finally {
    load.close();
  }
}

/** Repeats a measurement that failed because the machine stalled, and logs each repetition. */
export async function unlessStalled<T>(
  server: ServerProcess,
  log: (line: string) => void,
  measure: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await measure();
    } catch (error) {
      if (!(error instanceof WrongAnswerError)) throw error;
      if (!error.isUnavailable || attempt === ATTEMPTS) {
        throw new Error(`${server.name}: ${error.message}`, { cause: error });
      }
      log(`${server.name} answered 503: the round does not count and is repeated`);
    }
  }
}
