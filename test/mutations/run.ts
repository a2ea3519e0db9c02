import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { repositoryRoot } from '../../tools/repository-root';
import { SECURITY_MUTATIONS, type SecurityMutation } from './security-mutations';

const run = promisify(execFile);

/** Properties of Jest's `--json` output that are read here. */
interface JestResult {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * `npm run test:security-mutations [-- --only <text>]`: inserts each defect of {@link SECURITY_MUTATIONS}
 * into a copy of the last commit, runs the tests that must detect it, and prints which test did.
 *
 * Exits with 1 when a defect is not detected.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
  const { only } = values;
  const chosen = SECURITY_MUTATIONS.filter(({ defect, rule, file }) =>
    [defect, rule, file].some((text) => text.includes(only)),
  );
  if (chosen.length === 0) throw new Error(`--only: no mutation has '${only}' in it.`);
  const copy = await mkdtemp(join(tmpdir(), 'mutated-'));
  await run('git', ['worktree', 'add', '--detach', copy, 'HEAD'], { cwd: repositoryRoot });
  let unnoticed = 0;
  try {
    await symlink(join(repositoryRoot, 'node_modules'), join(copy, 'node_modules'));
    for (const mutation of chosen) {
      const noticedBy = await tryMutation(copy, mutation);
      if (noticedBy === null) unnoticed += 1;
      console.log(`${noticedBy === null ? 'UNNOTICED' : 'noticed  '} ${mutation.defect}`);
      console.log(`          ${mutation.rule}`);
      if (noticedBy !== null) console.log(`          ${mutation.tier}: ${noticedBy}`);
    }
  } finally {
    await run('git', ['worktree', 'remove', '--force', copy], { cwd: repositoryRoot });
    await rm(copy, { recursive: true, force: true });
  }
  console.log(`\n${chosen.length - unnoticed} of ${chosen.length} defects noticed`);
  if (unnoticed > 0) process.exitCode = 1;
}

/** @returns the first test that failed; `null` when no test failed */
async function tryMutation(
  root: string,
  { file, find, replace, tier, tests }: SecurityMutation,
): Promise<string | null> {
  const path = join(root, file);
  const original = await readFile(path, 'utf8');
  if (original.split(find).length !== 2) throw new Error(`${file} does not hold once: ${find}`);
  await writeFile(
    path,
    original.replace(find, () => replace),
  );
  try {
    return await firstFailure(root, tier, tests);
  } finally {
    await writeFile(path, original);
  }
}

async function firstFailure(root: string, tier: string, tests: string): Promise<string | null> {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const report = join(root, 'mutation-report.json');
  // A test that fails may leave servers behind that keep the process running.
  const options = ['--json', `--outputFile=${report}`, '--silent', '--forceExit'];
  try {
    await run(
      process.execPath,
      [jest, '--selectProjects', tier, '--testPathPatterns', `/${tests}`, ...options],
      { cwd: root, maxBuffer: Infinity },
    );
    return null;
  } catch {
    const { testResults } = JSON.parse(await readFile(report, 'utf8')) as JestResult;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = results.find(({ status }) => status === 'failed');
    if (failed === undefined) throw new Error(`${tests}: no test ran to its end.`);
    return failed.fullName;
  } finally {
    await rm(report, { force: true });
  }
}

void main();
