import { Client } from 'pg';
import { workerServers } from '../../../../../tools/testing/worker-servers';
import { DebianPostgres } from './debian-postgres';

/** A PostgreSQL with a new, empty database. */
export interface TestPostgres {
  readonly url: string;
}

/**
 * The embedded PostgreSQL that the files of a Jest worker share, with a database that is empty before the
 * first test of the enclosing `describe` or file.
 */
export function sharedPostgres(): TestPostgres {
  let url: string | undefined;

  beforeAll(async () => {
    url = await workerServers().postgres();
    await empty(url);
  });

  return whenStarted(() => url);
}

/** A PostgreSQL of the system for the tests of the enclosing `describe`, with a new database. */
export function debianPostgres(): TestPostgres {
  let server: DebianPostgres | undefined;
  let url: string | undefined;

  beforeAll(async () => {
    server = await DebianPostgres.start();
    url = await server.createDatabase();
  });
  afterAll(() => server?.stop());

  return whenStarted(() => url);
}

/**
 * Describes tests that need the PostgreSQL of the system. Where it is not installed, the suite is skipped
 * with a message. On CI, the suite runs and fails instead, so that it is not skipped forever.
 */
export function describeWithDebian(name: string, suite: () => void): void {
  if (DebianPostgres.find() === null && process.env.CI === undefined) {
    describe.skip(`${name}: not found, apt-get install postgresql`, suite);
  } else {
    describe(name, suite);
  }
}

function whenStarted(read: () => string | undefined): TestPostgres {
  return {
    get url() {
      const url = read();
      if (url === undefined) throw new Error('PostgreSQL runs from beforeAll on');
      return url;
    },
  };
}

/** Removes everything that the user of the URL owns in the database: tables, schemas and their rows. */
async function empty(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('drop owned by current_user cascade');
  } finally {
    await client.end();
  }
}
