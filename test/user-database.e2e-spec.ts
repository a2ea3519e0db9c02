import { Client } from 'pg';
import { eventually } from '../tools/testing/eventually';
import { call, json } from './support/http';
import { databaseFor, System } from './support/system';

/** PostgreSQL: read_only_sql_transaction. */
const READ_ONLY = '25006';

describe('a read-only user database', () => {
  let system: System;
  let owner: Client;

  beforeAll(async () => {
    const { DATABASE_URL } = await databaseFor({});
    if (DATABASE_URL === undefined) throw new Error('This worker has no PostgreSQL of its own.');
    system = await System.start('express', { DATABASE_URL });
    owner = new Client({ connectionString: DATABASE_URL });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await system.stop();
  });

  /** Sets the mode, and ends open connections as well, like a server that becomes a standby. */
  async function setReadOnly(isReadOnly: boolean): Promise<void> {
    const database = owner.escapeIdentifier(owner.database ?? '');
    // For this connection only, which resets the setting.
    await owner.query('set default_transaction_read_only = off');
    await owner.query(
      `alter database ${database} set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`,
    );
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
    );
  }

  const readiness = async () => {
    const { status, text } = await call(`${system.auth.url}/health/ready`);
    const { checks } = JSON.parse(text) as {
      checks: { users: { status: string; code?: string } };
    };
    return { status, users: checks.users };
  };

  it('fails changes with 503 and shows in readiness, while guarded requests succeed', async () => {
    const admin = await system.signIn('admin');
    expect(await readiness()).toEqual({ status: 200, users: { status: 'up' } });
    await setReadOnly(true);
    const create = (username: string) =>
      call(`${system.auth.url}/admin/users`, {
        cookie: admin,
        body: { username, password: 'an unguessable password', roles: [] },
      });

    // Open connections fail first, with a lost connection.
    await eventually(async () => {
      await create('dave');
      return (await readiness()).users.code === READ_ONLY;
    });
    for (const name of ['dave', 'erin']) {
      const refused = await create(name);
      expect(refused.status).toBe(503);
      expect(json<{ code: string }>(refused).code).toBe('ERR_DATABASE_UNAVAILABLE');
      expect(refused.headers['retry-after']).toBe('1');
    }
    expect(await readiness()).toEqual({
      status: 200,
      users: { status: 'down', code: READ_ONLY },
    });
    expect(await system.statuses(admin)).toEqual([200, 200, 200]);
    expect(system.output.filter((line) => /cannot answer: .*read-only/.test(line))).toHaveLength(1);

    await setReadOnly(false);
    await eventually(async () => (await create('dave')).status === 201);
  });
});
