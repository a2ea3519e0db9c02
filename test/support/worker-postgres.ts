import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Cluster, isAlive } from '../../apps/auth/src/database/embedded/cluster';
import { APP_ROLE, LOOPBACK } from '../../apps/auth/src/database/embedded/postgres-address';
import { openEmbeddedPostgres, TEMPORARY } from '../../apps/auth/src/database/embedded-postgres';

interface Running {
  readonly port: number;
  /** Password of the role that owns the databases. */
  readonly password: string;
  readonly superuserPassword: string;
}

/**
 * A PostgreSQL that the systems of one Jest worker share, each with its own database: `initdb` takes seconds
 * of a core. The first system that needs the server starts it, and it ends with the worker's process.
 */
export class WorkerPostgres {
  #running: Promise<Running> | undefined;
  #databases = 0;

  /** Creates an empty database and returns its `DATABASE_URL`. */
  async createDatabase(): Promise<string> {
    this.#running ??= start();
    const { port, password, superuserPassword } = await this.#running;
    this.#databases += 1;
    const database = `system_${this.#databases}`;
    const client = new Client({
      host: LOOPBACK,
      port,
      user: 'postgres',
      password: superuserPassword,
      database: 'postgres',
      ssl: false,
    });
    await client.connect();
    try {
      await client.query(`create database ${database} owner ${APP_ROLE}`);
    } finally {
      await client.end();
    }
    return `postgres://${APP_ROLE}:${password}@${LOOPBACK}:${port}/${database}`;
  }
}

async function start(): Promise<Running> {
  const { address } = await openEmbeddedPostgres(TEMPORARY, () => undefined);
  return { ...address, superuserPassword: await superuserPasswordOf(address.port) };
}

/** Reads the password next to the files of the server, which are in a temporary folder. */
async function superuserPasswordOf(port: number): Promise<string> {
  const folders = (await readdir(tmpdir())).filter((it) =>
    it.startsWith('nest-sessions-postgres-'),
  );
  for (const folder of folders) {
    const cluster = new Cluster(join(tmpdir(), folder));
    // Other folders may appear and vanish meanwhile, and may belong to another user.
    const lock = await cluster.readLock().catch(() => null);
    // A killed server leaves its lock, and may have had the same port.
    if (lock?.port !== port || !isAlive(lock.pid)) continue;
    const passwords = await cluster.readPasswords();
    if (passwords) return passwords.superuser;
  }
  throw new Error(`No temporary cluster in ${tmpdir()} has a server on port ${port}.`);
}

declare global {
  var workerPostgres: WorkerPostgres | undefined;
}
