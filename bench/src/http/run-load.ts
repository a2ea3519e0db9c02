import { Load, type LoadResult } from '../load/load';
import { WrongAnswerError } from '../load/wrong-answer.error';
import type { ServerProcess } from '../servers/server-process';

/** How often load is put on a server anew whose Redis did not answer in time. */
const ATTEMPTS = 3;

/**
 * Puts load on a server.
 *
 * @throws Error that names it, when it gives a wrong answer or ends
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

/** Does something again when it failed because the machine stalled, and tells so. */
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
      log(`${server.name} answered 503, which is no measurement: once more`);
    }
  }
}
