import { aborted } from './aborted';
import { requireNodeVersion } from './node-version';
import { startAll, type RunningSystem, type StartAllOptions } from './start-all';
import { StartedParts } from './started-parts';
import { stopRequest } from './stop-request';

/** Exit code that a shell reports for a program ended by Ctrl-C: 128 plus the number of SIGINT. */
const FORCED_EXIT_CODE = 130;

export interface RunOptions extends Omit<StartAllOptions, 'parts' | 'signal'> {
  /** Called once all parts can serve. */
  readonly onRunning: (system: RunningSystem) => void;
}

/**
 * Starts all parts. Stops them on a stop request (Ctrl-C, SIGTERM, SIGHUP), when a part fails, or when the
 * start fails. Sets the exit code of this process: 0 after a stop request, 1 after a failure, which it
 * prints.
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
    options.log('Stopping. Press Ctrl-C again to stop at once');
  } catch (error) {
    // A failure after the stop request is a result of the request.
    if (!signal.aborted) {
      process.exitCode = 1;
      console.error(`\n${(error as Error).message}\n`);
    }
  }
  await parts.stop();
}
