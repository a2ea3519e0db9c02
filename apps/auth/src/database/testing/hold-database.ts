import { sql } from 'drizzle-orm';
import { openDatabase } from '../database';

/**
 * Program for tests: opens the embedded database of a DATA_DIR, prints `open`, and holds the database until
 * it is killed. On Ctrl-C, it prints `answers` if the database still answers, and closes the database.
 */
async function hold(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir });
  process.once('SIGINT', () => {
    void database
      .run((queries) => queries.execute(sql`select`))
      .then(() => {
        console.log('answers');
        return database.close();
      })
      .then(() => {
        process.exit();
      });
  });
  setInterval(() => undefined, 1_000);
  console.log('open');
}

void hold(process.argv[2] ?? '');
