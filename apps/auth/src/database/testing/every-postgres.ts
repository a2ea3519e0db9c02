import { APP_ROLE, DATABASE_NAME, LOOPBACK } from '../embedded/postgres-address';
import { openEmbeddedPostgres, TEMPORARY } from '../embedded-postgres';
import { DebianPostgres } from './debian-postgres';

/** A PostgreSQL with a database that is new and empty. */
export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Runs a suite on the embedded PostgreSQL and again on the one of the system.
 *
 * @param suite is given a function for its tests to call, which returns the running server
 */
export function describeOnEveryPostgres(suite: (postgres: () => TestPostgres) => void): void {
  describe('on the embedded PostgreSQL', () => {
    runSuite(suite, startEmbedded);
  });
  describeWithDebian('on the PostgreSQL of the system', () => {
    runSuite(suite, startDebian);
  });
}

/**
 * Describes what needs the PostgreSQL of the system. Where that is not installed the suite is
 * skipped and says so; on CI it runs and fails, lest it be skipped for ever.
 */
export function describeWithDebian(name: string, suite: () => void): void {
  if (DebianPostgres.find() === null && process.env.CI === undefined) {
    describe.skip(`${name}: not found, apt-get install postgresql`, suite);
  } else {
    describe(name, suite);
  }
}

function runSuite(
  suite: (postgres: () => TestPostgres) => void,
  start: () => Promise<TestPostgres>,
): void {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await start();
  });
  suite(() => {
    if (!postgres) throw new Error('PostgreSQL runs from beforeAll on');
    return postgres;
  });
  // After those of the suite: Jest keeps the order in which they are written.
  afterAll(() => postgres?.stop());
}

/** The embedded one, temporary. */
export async function startEmbedded(): Promise<TestPostgres> {
  const postgres = await openEmbeddedPostgres(TEMPORARY, (problem) => {
    throw new Error(problem);
  });
  const { port, password } = postgres.address;
  return {
    url: `postgres://${APP_ROLE}:${password}@${LOOPBACK}:${port}/${DATABASE_NAME}`,
    stop: () => postgres.stop(),
  };
}

async function startDebian(): Promise<TestPostgres> {
  const postgres = await DebianPostgres.start();
  return { url: await postgres.createDatabase(), stop: () => postgres.stop() };
}
