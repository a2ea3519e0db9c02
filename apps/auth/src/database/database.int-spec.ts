import { databaseSuite } from './testing/database.suite';
import { sharedPostgres } from './testing/every-postgres';

describe('Database', () => {
  describe('on the embedded PostgreSQL', () => {
    databaseSuite(sharedPostgres());
  });
});
