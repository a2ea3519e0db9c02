import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../database/database';
import { eventually } from '../../../../tools/testing/eventually';
import { PasswordHasher } from '../passwords/password-hasher';
import { UsersService } from './users.service';

const PASSWORD = 'correct horse battery';
const NPM_SCRIPT = ['npm', 'run', '--silent', 'users', '--'];
/** Program of the npm script, without the time that npm itself takes. */
const CLI = [
  process.execPath,
  ...['--import', './tools/typescript.mjs', 'apps/auth/src/users/users.cli.ts'],
];
const ROOT = join(__dirname, '../../../..');

/** Time until the program, compiled as it loads, shows its prompt on a busy machine, in milliseconds. */
const START_LIMIT = 60_000;

/** `script` of util-linux runs a program in a terminal. On other systems, `script` takes other arguments. */
const SCRIPT = '/usr/bin/script';
const itWithTerminal = process.platform === 'linux' && existsSync(SCRIPT) ? it : it.skip;

describe('the users command line', () => {
  let dataDir: string;
  let database: Database;
  let service: UsersService;

  /** Stands for a running auth app: the commands are guests of its database. */
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'users-cli-spec-'));
    database = await openDatabase({ dataDir });
    service = new UsersService(database, new PasswordHasher(10));
  });

  afterAll(async () => {
    await database.close();
    await rm(dataDir, { recursive: true });
  });

  function start(command: readonly string[]): ChildProcessWithoutNullStreams {
    const { PATH, HOME } = process.env;
    const [program = '', ...args] = command;
    return spawn(program, args, {
      cwd: ROOT,
      env: { PATH, HOME, DATA_DIR: dataDir, BCRYPT_COST: '10' },
    });
  }

  async function run(args: string[], input = '', program = CLI) {
    const cli = start([...program, ...args]);
    const output = { stdout: '', stderr: '' };
    cli.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
    cli.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
    cli.stdin.end(input);
    const [code] = (await once(cli, 'close')) as [number | null];
    return { code, ...output };
  }

  it('creates a user in the database of the running app', async () => {
    const { code, stdout, stderr } = await run(['create', 'alice'], `${PASSWORD}\n`, NPM_SCRIPT);
    const alice = await service.authenticate('alice', PASSWORD);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `created alice (${alice?.id ?? ''})\n`,
      stderr: '',
    });
  });

  it('exits with code 1 and one line on stderr when a command fails', async () => {
    await expect(run(['set-password', 'mallory', '--no-sessions'])).resolves.toEqual({
      code: 1,
      stdout: '',
      stderr: 'the user mallory does not exist\n',
    });
  });

  it('exits with code 2 on incorrect usage', async () => {
    await expect(run(['create'])).resolves.toMatchObject({ code: 2, stdout: '' });
  });

  describe('in a terminal', () => {
    /** Answers the two prompts, and returns the exit code and all visible output. */
    async function answer(command: string, first: string, second: string, program = CLI) {
      const terminal = start([SCRIPT, '-qec', `${program.join(' ')} ${command}`, '/dev/null']);
      let screen = '';
      terminal.stdout.on('data', (text: Buffer) => (screen += text.toString()));
      const closed = once(terminal, 'close') as Promise<[number | null]>;
      await eventually(
        () => screen.includes('Password: ') || terminal.exitCode !== null,
        START_LIMIT,
      );
      terminal.stdin.write(first);
      await eventually(() => screen.includes('Once more: ') || terminal.exitCode !== null);
      terminal.stdin.write(second);
      const [code] = await closed;
      return { code, screen };
    }

    itWithTerminal('asks twice for the password, and does not show it', async () => {
      const { code, screen } = await answer('create bob', `${PASSWORD}\r`, `${PASSWORD}\r`);
      expect(code).toBe(0);
      expect(screen).toMatch(/^Password: \r\nOnce more: \r\ncreated bob \(.*\)\r\n$/);
      await expect(service.authenticate('bob', PASSWORD)).resolves.not.toBeNull();
    });

    itWithTerminal('creates no user when the two passwords differ', async () => {
      const { code, screen } = await answer('create carol', `${PASSWORD}\r`, `${PASSWORD}!\r`);
      expect(code).toBe(1);
      expect(screen).toMatch('the two passwords do not match');
      await expect(service.findByUsername('carol')).resolves.toBeNull();
    });

    itWithTerminal('creates no user after Ctrl-C', async () => {
      const { code, screen } = await answer('create carol', '\u0003', '', NPM_SCRIPT);
      expect(code).toBe(1);
      expect(screen).toMatch('cancelled: nothing was changed');
      await expect(service.findByUsername('carol')).resolves.toBeNull();
    });
  });
});
