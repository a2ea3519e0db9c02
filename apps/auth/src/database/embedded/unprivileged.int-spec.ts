import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRoot, unprivileged } from './unprivileged';

/** Runs JavaScript through the command and returns its output. */
async function run(script: string): Promise<string> {
  const { program, args } = unprivileged(process.execPath, ['-e', script]);
  const { stdout } = await promisify(execFile)(program, args);
  return stdout.trim();
}

(isRoot() ? describe : describe.skip)('a command of root', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unprivileged-spec-'));
    file = join(folder, 'file');
    await writeFile(file, 'for root only', { mode: 0o700 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('runs with user id and group id 65534 only', async () => {
    await expect(
      run('console.log(process.getuid(), process.getgid(), String(process.getgroups()))'),
    ).resolves.toBe('65534 65534 65534');
  });

  it('has only the capability CAP_DAC_OVERRIDE, and cannot gain others', async () => {
    const status = await run('console.log(fs.readFileSync("/proc/self/status", "utf8"))');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
      expect(status).toMatch(new RegExp(`^${set}:\\t0000000000000002$`, 'm'));
    }
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it('can write to a file in a folder that only root may enter', async () => {
    await run(`fs.appendFileSync(${JSON.stringify(file)}, ', and its child')`);
    await expect(readFile(file, 'utf8')).resolves.toBe('for root only, and its child');
  });

  it('passes the access(2) check that PostgreSQL makes', async () => {
    await expect(run(`fs.accessSync(${JSON.stringify(file)}, fs.constants.X_OK)`)).resolves.toBe(
      '',
    );
  });
});

(isRoot() ? describe.skip : describe)('a command of another user', () => {
  it('is left unchanged', () => {
    expect(unprivileged('ls', ['-l'])).toEqual({ program: 'ls', args: ['-l'] });
  });
});
