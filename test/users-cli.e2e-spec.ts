import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionIdOf } from 'nest-sessions/issuer';
import { repositoryRoot } from '../tools/repository-root';
import { System } from './support/system';

describe('npm run users, while the services run', () => {
  let system: System;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'nest-sessions-'));
    system = await System.start('express', { DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await system.stop();
    await rm(dataDir, { recursive: true });
  });

  /** Standard error of the last command. */
  let stderr = '';

  /** Program of `npm run users`, without the start of npm. */
  const USERS = ['node', '--import', './tools/typescript.mjs', 'apps/auth/src/users/users.cli.ts'];

  /** Runs a command, and returns its exit code. */
  async function users(
    args: string[],
    input = '',
    settings: NodeJS.ProcessEnv = {},
    [program = '', ...first] = USERS,
  ): Promise<number> {
    const child = spawn(program, [...first, ...args], {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        DATA_DIR: dataDir,
        REDIS_URL: system.redis.urlOf('auth'),
        BCRYPT_COST: '10',
        ...settings,
      },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.stdin.end(input);
    const [code] = (await once(child, 'close')) as [number];
    return code;
  }

  it('creates a user who can sign in immediately', async () => {
    const password = 'a password for erin';
    const create = ['create', 'erin', '--roles', 'products'];
    // The command of the README.
    const npm = ['npm', 'run', '--silent', 'users', '--'];
    expect(await users(create, `${password}\n`, {}, npm)).toBe(0);
    expect((await system.login('erin', password)).status).toBe(200);
  });

  it('removes a role from a live session', async () => {
    const alice = await system.signIn('alice');
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    expect(await users(['set-roles', 'alice', 'products'])).toBe(0);
    expect(await system.statuses(alice)).toEqual([200, 403, 200]);
  });

  it('ends the live sessions of a user whose password it changes', async () => {
    const bob = await system.signIn('bob');
    expect(await users(['set-password', 'bob'], 'another password for bob\n')).toBe(0);
    expect(await system.statuses(bob)).toEqual([401, 401, 401]);
    expect((await system.login('bob', 'another password for bob')).status).toBe(200);
  });

  it('logs its changes and the affected sessions as security events in production', async () => {
    const carol = await system.signIn('carol');
    const admin = await system.signIn('admin');
    const production = { NODE_ENV: 'production' };
    expect(await users(['set-roles', 'carol', 'products'], '', production)).toBe(0);
    const told = {
      level: 'info',
      service: 'users',
      context: 'Security',
      outcome: 'success',
      userId: await system.userId(admin, 'carol'),
      by: 'operator',
      roles: ['products'],
    };
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { ...told, event: 'session.rolesChanged', sessionId: sessionIdOf(carol) },
      { ...told, event: 'user.rolesChanged' },
    ]);
    expect(await users(['set-roles', 'carol', 'orders,orders:write,products'])).toBe(0);
    expect(stderr).toBe('');
  });
});
