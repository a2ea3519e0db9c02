import { extname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { Cluster, isAlive } from './embedded/cluster';
import { Keeper } from './embedded/keeper';
import { connectionTo, type PostgresAddress } from './embedded/postgres-address';

/** Value of `DATA_DIR` that keeps nothing. */
export const TEMPORARY = 'temporary';

/** Next to this file: in the sources and, through rspack.config.js, in the bundle. */
const KEEPER_SCRIPT = join(__dirname, `embedded-postgres.process${extname(__filename)}`);

/**
 * Attempts to open a server while another one starts or stops, and the pause between them: some ten seconds
 * in all.
 */
const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 250;

const CONNECT_TIMEOUT_MS = 2_000;

/** A running PostgreSQL from npm, as this app uses it. */
export interface EmbeddedPostgres {
  readonly address: PostgresAddress;
  /** Returns whether the server has ended, for whatever reason. */
  hasEnded(): Promise<boolean>;
  /** Stops PostgreSQL if this process started it. */
  stop(): Promise<void>;
}

/**
 * Opens the embedded PostgreSQL of a data folder. The first process starts the server and stops it. A process
 * that opens the folder while the server runs, such as `npm run users` next to the auth app, is a guest: it
 * leaves the server running.
 *
 * @param dataDir folder that holds `postgres/`, created when it is missing, or {@link TEMPORARY} for a server
 *   that no other process finds and that leaves nothing behind
 * @param onProblem called when a server that this process started ends without a call of `stop`
 * @throws Error that explains why PostgreSQL does not run and how to fix it
 */
export async function openEmbeddedPostgres(
  dataDir: string,
  onProblem: (message: string) => void,
): Promise<EmbeddedPostgres> {
  const home = dataDir === TEMPORARY ? undefined : join(resolve(dataDir), 'postgres');
  let inUse = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const running = home === undefined ? null : await findRunning(new Cluster(home));
    if (running) return sharedServer(running);

    const keeper = await Keeper.start(KEEPER_SCRIPT, home, onProblem);
    if (keeper instanceof Keeper) return keeper;
    ({ inUse } = keeper);
    await delay(ATTEMPT_INTERVAL_MS);
  }
  throw new Error(
    `DATA_DIR: another server holds ${String(home)} and does not answer: stop it, or set DATA_DIR to another folder. PostgreSQL reported:\n${inUse}`,
  );
}

function sharedServer(address: PostgresAddress): EmbeddedPostgres {
  return {
    address,
    hasEnded: async () => !(await answers(address)),
    stop: () => Promise.resolve(),
  };
}

/**
 * Returns the address of the server that runs on the cluster, or `null` when no server accepts the cluster's
 * password.
 */
async function findRunning(cluster: Cluster): Promise<PostgresAddress | null> {
  const lock = await cluster.readLock();
  if (!lock?.port || !isAlive(lock.pid)) return null;
  const passwords = await cluster.readPasswords();
  if (!passwords) return null;
  const address = { port: lock.port, password: passwords.app };
  return (await answers(address)) ? address : null;
}

/** Returns whether a server at this address accepts the password. */
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
