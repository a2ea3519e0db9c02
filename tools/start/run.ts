import { aborted } from './aborted';
import { requireNodeVersion } from './node-version';
import { startAll, type RunningSystem, type StartAllOptions } from './start-all';
import { StartedParts } from './started-parts';
import { stopRequest } from './stop-request';

/** What a shell says of a program that a Ctrl-C ended: 128 and the number of SIGINT. */
const FORCED_EXIT_CODE = 130;

export interface RunOptions extends Omit<StartAllOptions, 'parts' | 'signal'> {
  /** Called once all can serve. */
  readonly onRunning: (system: RunningSystem) => void;
}

/**
 * Starts all, and ends all that it started when it is told to stop (Ctrl-C, SIGTERM, SIGHUP), when
 * one part fails, or when the start does. Sets the exit code of this process: 0 when it was told
 * to stop, 1 after a failure, which it prints.
 */
export async function run({ onRunning, ...options }: RunOptions): Promise<void> {
  const parts = new StartedParts();
  const signal = stopRequest(() => {
    parts.kill();
    process.exit(FORCED_EXIT_CODE);
  });
  try {
    requireNodeVersion();
    const system = await startAll({ ...options, parts, signal });
    onRunning(system);
    await Promise.race([aborted(signal), system.failed]);
    options.log('Stopping. Ctrl-C again does it at once');
  } catch (error) {
    // What fails after the request to stop fails because of it.
    if (!signal.aborted) {
      process.exitCode = 1;
      console.error(`\n${(error as Error).message}\n`);
    }
  }
  await parts.stop();
}
