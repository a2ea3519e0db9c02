import { Controller, Get, Module } from '@nestjs/common';
import { CurrentUser, SessionStore, type SessionUser } from 'nest-sessions';
import { SessionManager } from 'nest-sessions/issuer';
import { SessionStoreUnavailableError } from 'nest-sessions/store';
import { fieldsOf, sampleSession } from '../../../libs/session/test-support/sample-session.js';
import { workerServers } from '../../../tools/testing/worker-servers.js';
import { clientOf, recipeApps } from '../support/recipe-apps.js';
import { SCHEMA } from './postgres-session.store.js';
// #region contract
import { issuerSessionStoreCases } from 'nest-sessions/testing';
import { Pool } from 'pg';
import { PostgresSessionStore } from './postgres-session.store.js';

// Connects to the database of PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE.
const pool = new Pool();

async function open() {
  await pool.query('truncate sessions');
  return new PostgresSessionStore(pool);
}

for (const { name, run } of issuerSessionStoreCases({ open })) test(name, run);

afterAll(() => pool.end());
// #endregion contract

beforeAll(async () => {
  process.env.DATABASE_URL = await workerServers().postgres();
  const { hostname, port, username, password, pathname } = new URL(process.env.DATABASE_URL);
  process.env.PGHOST = hostname;
  process.env.PGPORT = port;
  process.env.PGUSER = username;
  process.env.PGPASSWORD = password;
  process.env.PGDATABASE = pathname.slice(1);
  await pool.query('drop owned by current_user cascade');
  await pool.query(SCHEMA);
});

describe('an application on PostgreSQL', () => {
  const start = recipeApps();

  @Controller('me')
  class MeController {
    @Get()
    read(@CurrentUser() user: SessionUser): string {
      return user.username;
    }
  }

  it('reads and writes sessions in one store', async () => {
    await open();
    // Reads DATABASE_URL when it is loaded.
    const { AuthModule, pool: own } = await import('./auth.module.js');
    @Module({ imports: [AuthModule], controllers: [MeController] })
    class AppModule {}
    const app = await start([AppModule]);
    const manager = app.get(SessionManager, { strict: false });
    const issued = await manager.create({ user: { id: 'u-1', username: 'ada' }, roles: [] });
    const me = () => clientOf(app).get('/me').set('cookie', `__Host-sid=${issued.token}`);

    await me().expect(200, 'ada');
    const found = await app.get(SessionStore).find(issued.session.id);
    expect(fieldsOf(found)).toEqual(fieldsOf(issued.session));
    await manager.revoke(issued.session.id);
    await me().expect(401);
    await own.end();
  });
});

describe('a session store on PostgreSQL', () => {
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

  it('rolls back, and continues, when a statement of a change fails', async () => {
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
