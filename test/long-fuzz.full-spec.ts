import { spawn } from 'node:child_process';
import { LastLines } from '../tools/processes/last-lines';
import { onOutputLine } from '../tools/processes/output-lines';
import { describeExit, processExit } from '../tools/processes/process-exit';
import { repositoryRoot } from '../tools/repository-root';

/** Milliseconds for all files together, and for one of their tests. */
const TIME_LIMIT = 600_000;
const TEST_TIME_LIMIT = 300_000;

describe('the fuzz tests of the unit tier', () => {
  it(
    'pass with ten times as many values from another seed',
    async () => {
      const { exit, output } = await runJest(String.raw`\.fuzz\.spec\.ts$`, {
        FUZZ_FACTOR: '10',
        FUZZ_SEED: '2',
      });
      if (exit.code !== 0) throw new Error(`Jest ${describeExit(exit)}:\n${output}`);
      expect(output).toMatch(/^Test Suites: [1-9]\d* passed, \d+ total$/m);
    },
    TIME_LIMIT,
  );
});

/**
 * Runs unit tests in a separate Jest process, and kills it before the time limit of the test that waits for
 * it.
 */
async function runJest(pattern: string, env: NodeJS.ProcessEnv) {
  const args = [
    require.resolve('jest/bin/jest'),
    ...['--selectProjects', 'unit'],
    ...['--testPathPatterns', pattern, '--testTimeout', String(TEST_TIME_LIMIT)],
    ...['--maxWorkers', '1', '--reporters', 'default'],
  ];
  const child = spawn(process.execPath, args, {
    cwd: repositoryRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT - 10_000,
    killSignal: 'SIGKILL',
  });
  const lines = new LastLines(200);
  onOutputLine(child, (line) => {
    lines.push(line);
  });
  return { exit: await processExit(child), output: lines.toString() };
}
