import { Test } from '@nestjs/testing';
import { SessionModule, SessionStore } from 'nest-sessions';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { SessionStoreUnavailableError } from 'nest-sessions/store';
import { issuerSessionStoreCases } from 'nest-sessions/testing';
import { Pool } from 'pg';
import { workerServers } from '../../../tools/testing/worker-servers.js';
import { PostgresSessionStore, SCHEMA } from './postgres-session.store.js';
import { fieldsOf, sampleSession } from './sample-session.js';

describe('a session store on PostgreSQL', () => {
  let pool: Pool;

  beforeAll(async () => {
    pool = new Pool({ connectionString: await workerServers().postgres() });
    await pool.query('drop owned by current_user cascade');
    await pool.query(SCHEMA);
  });

  afterAll(() => pool.end());

  const open = async () => {
    await pool.query('truncate sessions');
    return new PostgresSessionStore(pool);
  };

  it.each(issuerSessionStoreCases({ open }))('$name', ({ run }) => run());

  it('is one object for both modules', async () => {
    const store = await open();
    const module = await Test.createTestingModule({
      imports: [SessionModule.forRoot({ store }), SessionIssuerModule.forRoot({})],
    }).compile();
    const manager = module.get(SessionManager);
    const reader = module.get(SessionStore);
    const { session } = await manager.create({ user: { id: 'u-1', username: 'ada' }, roles: [] });

    expect(fieldsOf(await reader.find(session.id))).toEqual(fieldsOf(session));

    await manager.revoke(session.id);
    expect(await reader.find(session.id)).toBeNull();
    await module.close();
  });

  it('deletes the rows of expired sessions, and no others', async () => {
    const store = await open();
    const live = sampleSession();
    await store.insert(live);
    await store.insert(sampleSession({ absoluteExpiresAt: Date.now() - 1 }));

    await store.prune();

    const { rows } = await pool.query<{ id: string }>('select id from sessions');
    expect(rows).toEqual([{ id: live.id }]);
  });

  it('throws SessionStoreUnavailableError while the database is away', async () => {
    const away = new Pool({ host: '127.0.0.1', port: 1, connectionTimeoutMillis: 1_000 });
    const store = new PostgresSessionStore(away);
    const session = sampleSession();

    for (const call of [
      () => store.find(session.id),
      () => store.insert(session),
      () => store.touch(session),
      () => store.idsOf(session.user.id),
      () => store.ping(),
    ]) {
      await expect(call()).rejects.toThrow(SessionStoreUnavailableError);
    }
    await away.end();
  });

  it('rolls back, and goes on, when a statement of a change fails', async () => {
    const store = await open();
    const session = sampleSession();
    await store.insert(session);
    await pool.query(
      'alter table sessions add constraint named check (record not like $$%evil%$$)',
    );
    try {
      const update = store.update(session.id, (it) => it.with({ roles: ['evil'] }));
      await expect(update).rejects.toThrow(SessionStoreUnavailableError);
    } finally {
      await pool.query('alter table sessions drop constraint named');
    }

    expect(fieldsOf(await store.find(session.id))).toEqual(fieldsOf(session));
    expect(await store.update(session.id, (it) => it.with({ roles: ['new'] }))).not.toBeNull();
  });
});
