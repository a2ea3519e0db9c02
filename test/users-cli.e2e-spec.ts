import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  /** Runs a command as the README says, and gives its exit code. */
  async function users(args: string[], input = ''): Promise<number> {
    const child = spawn('npm', ['run', '--silent', 'users', '--', ...args], {
      env: {
        ...process.env,
        DATA_DIR: dataDir,
        REDIS_URL: system.redis.urlOf('auth'),
        BCRYPT_COST: '10',
      },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(input);
    const [code] = (await once(child, 'exit')) as [number];
    return code;
  }

  it('makes a user who can sign in at once', async () => {
    const password = 'a password for erin';
    expect(await users(['create', 'erin', '--roles', 'products'], `${password}\n`)).toBe(0);
    expect((await system.login('erin', password)).status).toBe(200);
  });

  it('takes a role away from a live session', async () => {
    const alice = await system.signIn('alice');
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    expect(await users(['set-roles', 'alice', 'products'])).toBe(0);
    expect(await system.statuses(alice)).toEqual([200, 403, 200]);
  });

  it('ends the live sessions of a user who gets another password', async () => {
    const bob = await system.signIn('bob');
    expect(await users(['set-password', 'bob'], 'another password for bob\n')).toBe(0);
    expect(await system.statuses(bob)).toEqual([401, 401, 401]);
    expect((await system.login('bob', 'another password for bob')).status).toBe(200);
  });
});
