import { extname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { Cluster, isAlive } from './embedded/cluster';
import { Keeper } from './embedded/keeper';
import { connectionTo, type PostgresAddress } from './embedded/postgres-address';

/** The `DATA_DIR` that keeps nothing. */
export const TEMPORARY = 'temporary';

/** Beside this file: from the sources and, as rspack.config.js sees to, from the bundle. */
const KEEPER_SCRIPT = join(__dirname, `embedded-postgres.process${extname(__filename)}`);

/** How often, and in what steps, a server that comes or goes is waited for: some ten seconds. */
const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 250;

const CONNECT_TIMEOUT_MS = 2_000;

/** A PostgreSQL from npm, and this app's hold on it. */
export interface EmbeddedPostgres {
  readonly address: PostgresAddress;
  /** Whether the server has ended without a call of {@link stop}. */
  hasEnded(): Promise<boolean>;
  /** Stops PostgreSQL, if it was this process that started it. */
  stop(): Promise<void>;
}

/**
 * Opens the embedded PostgreSQL of a data folder. The process that comes first starts it and stops
 * it; one that comes while it runs, such as `npm run users` beside the auth app, is its guest and
 * leaves it as it is.
 *
 * @param dataDir the folder that holds `postgres/`, made when it is missing, or {@link TEMPORARY}
 * for a server that nobody else finds and that leaves nothing behind
 * @param onProblem told if PostgreSQL ends though nobody stopped it
 * @throws Error that says why PostgreSQL does not run and how to mend it
 */
export async function openEmbeddedPostgres(
  dataDir: string,
  onProblem: (message: string) => void,
): Promise<EmbeddedPostgres> {
  const home = dataDir === TEMPORARY ? undefined : join(resolve(dataDir), 'postgres');
  let inUse = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const running = home === undefined ? null : await findRunning(new Cluster(home));
    if (running) return guestOf(running);

    const keeper = await Keeper.start(KEEPER_SCRIPT, home, onProblem);
    if (keeper instanceof Keeper) return keeper;
    ({ inUse } = keeper);
    await delay(ATTEMPT_INTERVAL_MS);
  }
  throw new Error(
    `DATA_DIR: another server holds ${String(home)} and does not answer: stop it, or set DATA_DIR ` +
      `to another folder. PostgreSQL says:\n${inUse}`,
  );
}

function guestOf(address: PostgresAddress): EmbeddedPostgres {
  return {
    address,
    hasEnded: async () => !(await answers(address)),
    stop: () => Promise.resolve(),
  };
}

/** The server that runs on the cluster, if there is one and it takes the cluster's password. */
async function findRunning(cluster: Cluster): Promise<PostgresAddress | null> {
  const lock = await cluster.readLock();
  if (!lock?.port || !isAlive(lock.pid)) return null;
  const passwords = await cluster.readPasswords();
  if (!passwords) return null;
  const address = { port: lock.port, password: passwords.app };
  return (await answers(address)) ? address : null;
}

/** Whether a server takes the password at this address. */
async function answers(address: PostgresAddress): Promise<boolean> {
  const client = new Client({
    ...connectionTo(address),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
