import { Readable, Writable } from 'node:stream';
import type { SecurityEvent } from 'nest-sessions/audit';
import { type Database, openDatabase } from '../database/database';
import { users as usersTable } from '../database/schema';
import { sharedPostgres } from '../database/testing/every-postgres';
import { eachRow } from '../../../../tools/testing/each-row';
import { PasswordHasher } from '../passwords/password-hasher';
import { cheapBcrypt } from '../passwords/testing/cheap-bcrypt';
import { type LiveSessions } from './live-sessions';
import { runUsersCommand } from './users-commands';
import { UsersService } from './users.service';

const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another horse battery';

/** Collects the output. */
class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe('npm run users', () => {
  cheapBcrypt();
  const postgres = sharedPostgres();
  let database: Database;
  let service: UsersService;
  /** Calls of the live sessions, in order. */
  let asked: unknown[][];
  let sessions: LiveSessions;
  let env: NodeJS.ProcessEnv;
  /** Events in the security log, in order. */
  let told: SecurityEvent[];

  beforeAll(async () => {
    database = await openDatabase({ databaseUrl: postgres.url, dataDir: '' });
    service = new UsersService(database, new PasswordHasher(10));
  });

  afterAll(() => database.close());

  beforeEach(async () => {
    await database.run((queries) => queries.delete(usersTable));
    env = { DATABASE_URL: postgres.url, BCRYPT_COST: '10' };
    asked = [];
    told = [];
    const note = (...call: unknown[]) => {
      asked.push(call);
      return Promise.resolve();
    };
    sessions = {
      limitRoles: (id, roles) => note('limitRoles', id, roles),
      setRoles: (id, roles) => note('setRoles', id, roles),
      revokeAll: (id) => note('revokeAll', id),
      close: () => note('close'),
    };
  });

  async function run(
    args: string[],
    input = '',
    openLiveSessions = () => Promise.resolve(sessions),
  ) {
    const [stdout, stderr] = [new Sink(), new Sink()];
    const securityLog = { record: (event: SecurityEvent) => void told.push(event) };
    const io = { stdin: Readable.from([input]), stdout, stderr, env, securityLog };
    const code = await runUsersCommand(args, { ...io, openLiveSessions });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  const createAlice = () =>
    service.create({ username: 'alice', password: PASSWORD, roles: ['orders'] });

  describe('create', () => {
    it('creates a user with the password on the first line of the input', async () => {
      const { code, stdout } = await run(
        ['create', 'Alice', '--roles', 'orders,orders:write'],
        `${PASSWORD}\r\nanother line\n`,
      );
      const alice = await service.authenticate('alice', PASSWORD);
      expect(alice).toMatchObject({ username: 'alice', roles: ['orders', 'orders:write'] });
      expect({ code, stdout }).toEqual({ code: 0, stdout: `created alice (${alice?.id ?? ''})\n` });
    });

    it('accepts input without a trailing newline, and no roles', async () => {
      await expect(run(['create', 'alice'], PASSWORD)).resolves.toMatchObject({ code: 0 });
      await expect(service.authenticate('alice', PASSWORD)).resolves.toMatchObject({ roles: [] });
    });

    it('rejects an invalid user or a taken username', async () => {
      const rows: [string, string[], string, string | RegExp][] = [
        ['without a password', ['create', 'bob'], '', 'there is no password on standard input\n'],
        ['with a short password', ['create', 'bob'], 'short\n', /at least 15 characters\n$/],
        ['with no username', ['create', 'two words'], `${PASSWORD}\n`, /^a username is 1 to 64/],
        ['with no roles', ['create', 'bob', '--roles', 'a,,b'], PASSWORD, /^roles are a list of/],
        ['who is there', ['create', 'ALICE'], `${PASSWORD}\n`, /^the user ALICE already exists\n$/],
      ];
      await createAlice();
      await eachRow(
        rows,
        async ([, args, input, message]) => {
          const { code, stderr } = await run(args, input);
          expect(code).toBe(1);
          expect(stderr).toMatch(message);
          await expect(service.list()).resolves.toHaveLength(1);
        },
        ([name]) => name,
      );
    });
  });

  it('list prints one user per line', async () => {
    const alice = await createAlice();
    const bob = await service.create({ username: 'bob', password: PASSWORD, roles: ['a', 'b'] });
    await service.changeDisabled(bob.id, true, () => Promise.resolve());
    await expect(run(['list'])).resolves.toEqual({
      code: 0,
      stdout: `alice\torders\tactive\t${alice.id}\nbob\ta,b\tdisabled\t${bob.id}\n`,
      stderr: '',
    });
  });

  it('list prints all pages', async () => {
    await database.run((queries) =>
      queries.insert(usersTable).values(
        Array.from({ length: 1_001 }, (_, index) => ({
          username: `user-${index}`,
          passwordHash: '',
        })),
      ),
    );
    const { stdout } = await run(['list']);
    expect(new Set(stdout.trimEnd().split('\n')).size).toBe(1_001);
  });

  it('records every change in the security log, and no failed or read-only command', async () => {
    await run(['create', 'Alice', '--roles', 'orders'], `${PASSWORD}\n`);
    const id = (await service.findByUsername('alice'))?.id;
    await run(['set-roles', 'alice', 'products,orders']);
    await run(['set-password', 'alice'], `${OTHER_PASSWORD}\n`);

    const done = { outcome: 'success', userId: id, by: 'operator' };
    const changes = [
      { event: 'user.created', ...done, username: 'alice', roles: ['orders'] },
      { event: 'user.rolesChanged', ...done, roles: ['products', 'orders'] },
      { event: 'password.reset', ...done },
    ];
    expect(told).toEqual(changes);

    await run(['list']);
    await run(['create', 'alice'], `${PASSWORD}\n`);
    await run(['set-roles', 'alice', 'a,,b']);
    await run(['set-roles', 'nobody', 'a']);
    await run(['set-password', 'alice'], 'short\n');
    sessions = { ...sessions, limitRoles: () => Promise.reject(new Error('Redis is away')) };
    await run(['set-roles', 'alice', 'admin']);
    expect(told).toEqual(changes);
  });

  describe('set-roles', () => {
    it('changes the user and the live sessions', async () => {
      const { id } = await createAlice();
      await expect(run(['set-roles', 'Alice', 'admin,orders'])).resolves.toMatchObject({ code: 0 });
      await expect(service.findById(id)).resolves.toMatchObject({ roles: ['admin', 'orders'] });
      const roles = ['admin', 'orders'];
      expect(asked).toEqual([['limitRoles', id, roles], ['setRoles', id, roles], ['close']]);
    });

    it('removes all roles', async () => {
      const { id } = await createAlice();
      await expect(run(['set-roles', 'alice', ''])).resolves.toEqual({
        code: 0,
        stdout: 'alice now has the roles: none\n',
        stderr: '',
      });
      expect(asked).toEqual([['limitRoles', id, []], ['setRoles', id, []], ['close']]);
    });

    it('changes nothing when the sessions cannot be reached', async () => {
      const alice = await createAlice();
      const failure = new Error('REDIS_URL: nothing answers');
      const { code, stderr } = await run(['set-roles', 'alice', 'admin'], '', () =>
        Promise.reject(failure),
      );
      expect({ code, stderr }).toEqual({ code: 1, stderr: 'REDIS_URL: nothing answers\n' });
      await expect(service.isUnchanged(alice)).resolves.toBe(true);
    });

    it('keeps the user and restores the session roles when roles cannot be removed', async () => {
      const alice = await createAlice();
      sessions.limitRoles = () => Promise.reject(new Error('lost\n  on the way'));
      const { code, stderr } = await run(['set-roles', 'alice', 'admin']);
      expect({ code, stderr }).toEqual({ code: 1, stderr: 'lost on the way\n' });
      // Some sessions may have lost the roles.
      expect(asked).toEqual([['setRoles', alice.id, alice.roles], ['close']]);
      await expect(service.isUnchanged(alice)).resolves.toBe(true);
    });

    it('fails when roles cannot be added to the sessions, but logs the user change', async () => {
      const { id } = await createAlice();
      sessions.setRoles = () => Promise.reject(new Error('lost'));
      const { code, stderr } = await run(['set-roles', 'alice', 'admin']);
      expect({ code, stderr }).toEqual({ code: 1, stderr: 'lost\n' });
      await expect(service.findById(id)).resolves.toMatchObject({ roles: ['admin'] });
      expect(told).toMatchObject([{ event: 'user.rolesChanged', userId: id, roles: ['admin'] }]);
    });

    it('changes only the user with --no-sessions', async () => {
      const { id } = await createAlice();
      const open = jest.fn(() => Promise.resolve(sessions));
      const { code } = await run(['set-roles', '--no-sessions', 'alice', 'admin'], '', open);
      expect(code).toBe(0);
      expect(open).not.toHaveBeenCalled();
      await expect(service.findById(id)).resolves.toMatchObject({ roles: ['admin'] });
    });

    it('reports an unknown user', async () => {
      await expect(run(['set-roles', 'mallory', 'admin'])).resolves.toMatchObject({
        code: 1,
        stderr: 'the user mallory does not exist\n',
      });
    });
  });

  describe('set-password', () => {
    it('changes the password and ends the live sessions', async () => {
      const { id } = await createAlice();
      await expect(run(['set-password', 'alice'], `${OTHER_PASSWORD}\n`)).resolves.toEqual({
        code: 0,
        stdout: 'alice has a new password\n',
        stderr: '',
      });
      await expect(service.authenticate('alice', OTHER_PASSWORD)).resolves.not.toBeNull();
      expect(asked).toEqual([['revokeAll', id], ['close']]);
    });

    it('changes nothing when the password is too short', async () => {
      const alice = await createAlice();
      await expect(run(['set-password', 'alice'], 'short\n')).resolves.toMatchObject({ code: 1 });
      expect(asked).toEqual([['close']]);
      await expect(service.isUnchanged(alice)).resolves.toBe(true);
    });
  });

  it('help explains the commands', async () => {
    const { code, stdout } = await run(['help']);
    expect(code).toBe(0);
    for (const word of ['create', 'list', 'set-roles', 'set-password', '--no-sessions']) {
      expect(stdout).toContain(word);
    }
  });

  it('rejects a malformed command line, and changes nothing', async () => {
    const commandLines = [
      [],
      ['destroy'],
      ['constructor'],
      ['create'],
      ['create', 'alice', 'a-password-as-argument'],
      ['create', 'alice', '--no-sessions'],
      ['create', 'alice', '--password', 'secret'],
      ['create', 'alice', '--roles'],
      ['list', 'alice'],
      ['set-roles', 'alice'],
      ['set-roles', 'alice', 'a', '--roles', 'b'],
    ];
    await eachRow(commandLines, async (args) => {
      const { code, stdout, stderr } = await run(args, `${PASSWORD}\n`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^[^\n]*\(see: npm run users -- help\)\n$/);
    });
    await expect(service.list()).resolves.toEqual([]);
    expect(asked).toEqual([]);
  });

  it('reports an invalid environment', async () => {
    const environments: [NodeJS.ProcessEnv, RegExp][] = [
      [{ DATABASE_URL: 'postgres://127.0.0.1:1/users' }, /^DATABASE_URL: no server answers at/],
      [
        { DATABASE_URL: undefined, DATA_DIR: 'temporary' },
        /^DATA_DIR: only the app can open a temporary/,
      ],
      [{ BCRYPT_COST: 'much' }, /^BCRYPT_COST: the bcrypt cost is a whole number from 10 to 15/],
      [{ BCRYPT_COST: '' }, /^BCRYPT_COST: /],
    ];
    const right = env;
    await eachRow(environments, async ([wrong, message]) => {
      env = { ...right, ...wrong };
      const { code, stderr } = await run(['list']);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd()).not.toContain('\n');
    });
  });
});
