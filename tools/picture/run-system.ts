import { spawn } from 'node:child_process';
import { freePort } from '../processes/free-port';
import { onOutputLine } from '../processes/output-lines';
import { describeExit, processExit } from '../processes/process-exit';
import { terminate } from '../processes/terminate';
import { repositoryRoot } from '../repository-root';
import type { StoryUrls } from '../start/demo-story';
import { LAST_LINE } from '../start/welcome';
import { auth, orders, plannedPorts, products, serviceUrl } from '../start/services';

/** Time for the services to end, in milliseconds. */
const STOP_TIMEOUT_MS = 15_000;

export interface StartedSystem {
  readonly urls: StoryUrls;
  /** Lines that `npm start` has printed. */
  readonly printed: readonly string[];
}

/**
 * Runs `npm start` on free ports, with new data, while `work` runs.
 *
 * @param settings Additional variables of the environment.
 * @throws Error with the output when the system does not start
 */
export async function withSystem<T>(
  work: (system: StartedSystem) => Promise<T>,
  settings: NodeJS.ProcessEnv = {},
): Promise<T> {
  const env = { ...(await environment()), ...settings };
  const child = spawn('npm', ['start'], {
    cwd: repositoryRoot,
    env,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = processExit(child);
  const printed: string[] = [];
  const isUp = new Promise<void>((resolve) => {
    onOutputLine(child, (line) => {
      printed.push(line);
      if (line === LAST_LINE) resolve();
    });
  });
  const hasEnded = exited.then((exit): never => {
    throw new Error(`npm start ${describeExit(exit)}:\n${printed.join('\n')}`);
  });
  try {
    await Promise.race([isUp, hasEnded]);
    const urls = {
      auth: serviceUrl(auth, env),
      orders: serviceUrl(orders, env),
      products: serviceUrl(products, env),
    };
    return await work({ urls, printed });
  } finally {
    hasEnded.catch(() => undefined);
    await terminate(child, exited, STOP_TIMEOUT_MS);
  }
}

/** Returns the environment of the system: nothing of the user's settings, and nothing that stays. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const { PATH, HOME } = process.env;
  const env: NodeJS.ProcessEnv = { PATH, HOME, DATA_DIR: 'temporary' };
  for (const { variable } of [auth, orders, products].flatMap((it) => plannedPorts(it, {}))) {
    env[variable] = String(await freePort());
  }
  return env;
}
