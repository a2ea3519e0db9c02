import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/** Tiers whose files run in parallel. */
const TIERS = { all: ['unit', 'integration', 'smoke', 'e2e', 'full'], rest: ['e2e', 'full'] };

/** `node test/run-tiers.mjs all|rest`: runs the tiers one after the other, with one closing count. */
const tiers = TIERS[process.argv[2]];
if (tiers === undefined) throw new Error('usage: node test/run-tiers.mjs all|rest');
const folder = mkdtempSync(join(tmpdir(), 'test-counts-'));
const TEST_COUNTS = process.env.TEST_COUNTS ?? join(folder, 'counts.json');
/** Faults measure the reaction time of services: they run alone, one file at a time. */
const runs = [tiers, ['faults', '--runInBand']];
try {
  for (const args of runs) {
    const env = { ...process.env, TEST_COUNTS };
    const { status } = spawnSync(process.execPath, [jest, '--selectProjects', ...args], {
      stdio: 'inherit',
      env,
    });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
