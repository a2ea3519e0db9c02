import { sql } from 'drizzle-orm';
import { openDatabase } from '../database';

/**
 * A program for tests: opens the embedded database of a DATA_DIR, says `open`, and holds it until
 * it is killed, or until Ctrl-C, when it says whether the database still `answers` and closes it.
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
