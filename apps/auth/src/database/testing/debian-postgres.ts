import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../embedded/free-port';
import { LOOPBACK } from '../embedded/postgres-address';
import { unprivileged } from '../embedded/unprivileged';

/** Folder of PostgreSQL in Debian's packages, with a subfolder for each major version. */
const VERSIONS = '/usr/lib/postgresql';

/** Password that must be escaped in a URL, so that a test detects a missing escape. */
const PASSWORD = 'p@ss/wörd:%23';

/** A PostgreSQL of the system, on a cluster of its own that is removed at the end. */
export class DebianPostgres {
  private databases = 0;

  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    readonly port: number,
  ) {}

  /** Returns the folder of the newest installed version's programs, or `null`. */
  static find(): string | null {
    if (!existsSync(VERSIONS)) return null;
    const [newest] = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a));
    return newest === undefined ? null : join(VERSIONS, newest, 'bin');
  }

  /** @throws Error when PostgreSQL is not installed */
  static async start(): Promise<DebianPostgres> {
    const binaries = DebianPostgres.find();
    if (binaries === null)
      throw new Error(`no PostgreSQL in ${VERSIONS}: run apt-get install postgresql`);
    const folder = await mkdtemp(join(tmpdir(), 'debian-postgres-'));
    const data = join(folder, 'data');
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, PASSWORD);
    const initdb = run(join(binaries, 'initdb'), [
      ...['--pgdata', data, '--username', 'postgres', '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
    ]);
    const [code] = (await once(initdb, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`initdb of ${binaries} failed (${String(code)})`);

    const port = await freePort();
    const settings = {
      listen_addresses: LOOPBACK,
      unix_socket_directories: '',
      fsync: 'off',
    };
    const server = run(join(binaries, 'postgres'), [
      ...['-D', data, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    const postgres = new DebianPostgres(folder, server, port);
    await postgres.untilItAnswers();
    return postgres;
  }

  /** Returns a URL of this server; by default, of the superuser on the database that always exists. */
  url({ user = 'postgres', password = PASSWORD, database = 'postgres' } = {}): string {
    const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `postgres://${credentials}@${LOOPBACK}:${this.port}/${database}`;
  }

  /** Creates an empty database and returns its URL. */
  async createDatabase(): Promise<string> {
    this.databases += 1;
    const database = `test_${this.databases}`;
    await this.query(`create database ${database}`);
    return this.url({ database });
  }

  async query(sql: string): Promise<void> {
    const client = new Client({ connectionString: this.url() });
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  /** Freezes the server, like a machine in trouble: connections stay open, but no answers arrive. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT');
    const exited = once(this.process, 'exit');
    this.process.kill('SIGINT');
    await exited;
    await rm(this.folder, { recursive: true });
  }

  private signal(signal: NodeJS.Signals): void {
    for (const pid of this.pids()) {
      try {
        process.kill(pid, signal);
      } catch {
        // The process served a connection that has ended since the listing.
      }
    }
  }

  /** Returns the ids of the server process and of the processes that serve its connections. */
  private pids(): number[] {
    const pid = Number(this.process.pid);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  }

  private async untilItAnswers(): Promise<void> {
    for (;;) {
      if (this.process.exitCode !== null) throw new Error('PostgreSQL did not start');
      try {
        await this.query('select');
        return;
      } catch {
        await delay(50);
      }
    }
  }
}

function run(program: string, programArgs: string[]): ChildProcess {
  const { program: first, args } = unprivileged(program, programArgs);
  return spawn(first, args, { stdio: 'ignore' });
}
