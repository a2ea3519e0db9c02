import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { Pool } from 'pg';
import { PostgresSessionStore } from './postgres-session.store.js';

// #region module
export const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  connectionTimeoutMillis: 1_000,
  query_timeout: 1_000,
});
// Without a listener, the loss of an idle connection ends the process.
pool.on('error', (error) => {
  console.error(error);
});

@Module({
  imports: [
    SessionModule.forRoot({ store: new PostgresSessionStore(pool) }),
    SessionIssuerModule.forRoot({ idleTimeout: '30m' }),
  ],
})
export class AuthModule {}
// #endregion module
