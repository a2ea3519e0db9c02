import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { workerServers } from '../../../tools/testing/worker-servers.js';
import { issuerSessionStoreCases } from '../src/testing/contract/session-store.contract.js';
import { PostgresSessionStore, SCHEMA } from './postgres-session.store.js';

describe('a session store on PostgreSQL', () => {
  let pool: Pool;

  beforeAll(async () => {
    pool = new Pool({ connectionString: await workerServers().postgres() });
    await pool.query('drop owned by current_user cascade');
    await pool.query(SCHEMA);
  });

  afterAll(() => pool.end());

  const open = async () => {
    await pool.query('truncate sessions cascade');
    return new PostgresSessionStore(pool);
  };

  it.each(issuerSessionStoreCases({ open }))('$name', ({ run }) => run());

  it('takes fewer than 100 lines', () => {
    const source = readFileSync(join(__dirname, 'postgres-session.store.ts'), 'utf8');

    expect(source.trimEnd().split('\n').length).toBeLessThan(100);
  });
});
