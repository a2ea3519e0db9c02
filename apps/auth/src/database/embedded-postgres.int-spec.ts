import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { openDatabase, type Database } from './database';
import { Cluster, isAlive } from './embedded/cluster';
import { connectionTo } from './embedded/postgres-address';
import { isRoot, unprivileged } from './embedded/unprivileged';
import { openEmbeddedPostgres, TEMPORARY, type EmbeddedPostgres } from './embedded-postgres';
import { users } from './schema';
import { eventually } from '../../../../tools/testing/eventually';

const itAsRoot = isRoot() ? it : it.skip;
const itOnLinux = process.platform === 'linux' ? it : it.skip;

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]);
}

const makeFolder = () => mkdtemp(join(tmpdir(), 'embedded-postgres-spec-'));

function refuseProblems(problem: string): void {
  throw new Error(problem);
}

async function query(
  { address }: Pick<EmbeddedPostgres, 'address'>,
  sql: string,
): Promise<unknown[]> {
  const client = new Client(connectionTo(address));
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  /** Only its owner may enter it, as mkdtemp makes it; so the tests as root show what nobody can. */
  let dataDir: string;
  let cluster: Cluster;
  let problems: string[];
  const open: EmbeddedPostgres[] = [];
  const processes: ChildProcess[] = [];

  beforeEach(async () => {
    dataDir = await makeFolder();
    cluster = new Cluster(join(dataDir, 'postgres'));
    problems = [];
  });

  afterEach(async () => {
    for (const child of processes.splice(0)) child.kill('SIGKILL');
    await Promise.all(open.splice(0).map((postgres) => postgres.stop()));
    await rm(dataDir, { recursive: true, force: true });
  });

  async function openHere(directory = dataDir): Promise<EmbeddedPostgres> {
    const postgres = await openEmbeddedPostgres(directory, (problem) => problems.push(problem));
    open.push(postgres);
    return postgres;
  }

  /** The process id of the server that holds the cluster. */
  async function serverPid(of: Cluster = cluster): Promise<number> {
    const lock = await of.readLock();
    if (!lock) throw new Error('no server holds the cluster');
    return lock.pid;
  }

  /** Another app, which holds the database of a data folder. */
  async function startAnotherApp(directory: string) {
    const app = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'testing/hold-database.ts'), directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        // tsx would keep its cache in the temporary folder.
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
        // As a shell starts it in a terminal: a group of its own, which Ctrl-C is sent to.
        detached: true,
      },
    );
    processes.push(app);
    let output = '';
    app.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await eventually(() => output.includes('open') || app.exitCode !== null);
    expect(output).toBe('open\n');
    return { app, output: () => output };
  }

  describe('that runs', () => {
    let folder: string;
    let running: Cluster;
    let postgres: EmbeddedPostgres;

    beforeAll(async () => {
      folder = await makeFolder();
      const nested = join(folder, 'not', 'there', 'yet');
      running = new Cluster(join(nested, 'postgres'));
      postgres = await openEmbeddedPostgres(nested, refuseProblems);
    });

    afterAll(async () => {
      await postgres.stop();
      await rm(folder, { recursive: true });
    });

    it('has made its folder, and all in it for its owner alone', async () => {
      const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
      await expect(modeOf(dirname(running.home))).resolves.toBe(0o700);
      await expect(modeOf(running.home)).resolves.toBe(0o700);
      await expect(modeOf(running.dataDirectory)).resolves.toBe(0o700);
      await expect(modeOf(running.passwordFile)).resolves.toBe(0o600);
      await expect(readdir(dirname(running.home))).resolves.toEqual(['postgres']);
    });

    it('takes connections on the loopback interface only, and only with the password', async () => {
      await expect(query(postgres, 'show listen_addresses')).resolves.toEqual([
        { listen_addresses: '127.0.0.1' },
      ]);
      const lock = await readFile(join(running.dataDirectory, 'postmaster.pid'), 'utf8');
      const [socketDirectory] = lock.split('\n').slice(4);
      expect(socketDirectory).toBe('');
      const { port } = postgres.address;
      await expect(query({ address: { port, password: 'guess' } }, 'select')).rejects.toThrow(
        'password authentication failed',
      );
    });

    it('does not let the app be its superuser', async () => {
      await expect(
        query(postgres, 'select rolsuper, rolcreatedb from pg_roles where rolname = current_user'),
      ).resolves.toEqual([{ rolsuper: false, rolcreatedb: false }]);
    });

    itAsRoot('does not run as root', async () => {
      const status = await readFile(`/proc/${await serverPid(running)}/status`, 'utf8');
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
    });

    itOnLinux('is not stopped by a signal that is meant for the app', async () => {
      const keeper = await parentOf(await serverPid(running));
      for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.kill(keeper, signal);
      await openHere(dirname(running.home));
      await expect(query(postgres, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
      expect(isAlive(keeper)).toBe(true);
    });

    it('has a guest in who comes later, and does not stop for the guest', async () => {
      const guest = await openHere(dirname(running.home));
      expect(guest.address).toEqual(postgres.address);
      await guest.stop();
      await expect(query(postgres, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    });
  });

  describe('that is kept in a folder', () => {
    it('keeps what was written from one run to the next', async () => {
      const first = await openHere();
      await query(first, 'create table kept (what text)');
      await query(first, "insert into kept values ('still there')");
      await first.stop();
      await expect(query(await openHere(), 'select what from kept')).resolves.toEqual([
        { what: 'still there' },
      ]);
    });

    it('has one server when several start at once on an empty folder', async () => {
      const databases = await Promise.all(
        Array.from({ length: 4 }, () => openDatabase({ dataDir })),
      );
      const [first, ...others] = databases as [Database, ...Database[]];
      await first.run((queries) =>
        queries.insert(users).values({ username: 'alice', passwordHash: '' }),
      );
      for (const other of others) {
        await expect(other.run((queries) => queries.$count(users))).resolves.toBe(1);
      }
      await expect(readdir(dataDir)).resolves.toEqual(['postgres']);
      await Promise.all(databases.map((database) => database.close()));
      await expect(cluster.readLock()).resolves.toBeNull();
    });

    it('waits for a server that is about to end', async () => {
      const first = await openHere();
      const stopping = first.stop();
      const second = await openHere();
      await stopping;
      await expect(query(second, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    });

    it('starts after a crash that left its lock behind', async () => {
      await openHere();
      const pid = await serverPid();
      process.kill(pid, 'SIGKILL');
      await eventually(() => problems.length > 0);
      expect(await serverPid()).toBe(pid);
      await expect(query(await openHere(), 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    });

    it('starts after a crash though its process id was given to another process', async () => {
      await openHere();
      process.kill(await serverPid(), 'SIGKILL');
      await eventually(() => problems.length > 0);
      // As the same user: PostgreSQL ignores the others by itself.
      const { program, args } = unprivileged('sleep', ['600']);
      const stranger = spawn(program, args, { stdio: 'ignore' });
      processes.push(stranger);
      await once(stranger, 'spawn');
      const lockFile = join(cluster.dataDirectory, 'postmaster.pid');
      const lock = await readFile(lockFile, 'utf8');
      await writeFile(lockFile, lock.replace(/^\d+/, String(stranger.pid)));

      await expect(query(await openHere(), 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
      expect(stranger.signalCode).toBeNull();
    });

    it('refuses a folder that holds something else', async () => {
      await mkdir(cluster.home);
      await writeFile(join(cluster.home, 'letter.txt'), 'Dear reader');
      if (isRoot()) await chown(cluster.home, 65_534, 65_534);
      await expect(openHere()).rejects.toThrow(
        /^DATA_DIR: .* is not a user database: move it away/,
      );
      await expect(readdir(cluster.home)).resolves.toEqual(['letter.txt']);
      await expect(readdir(dataDir)).resolves.toEqual(['postgres']);
    });

    it('says what to do when its passwords are damaged', async () => {
      const postgres = await openHere();
      await postgres.stop();
      await writeFile(cluster.passwordFile, '{"superuser": "s3cret');
      await expect(openHere()).rejects.toThrow(/^DATA_DIR: .*passwords\.json is damaged/);
      await expect(openHere()).rejects.not.toThrow('s3cret');
    });

    it('says what to do when its passwords are lost', async () => {
      const postgres = await openHere();
      await postgres.stop();
      await rm(cluster.passwordFile);
      await expect(openHere()).rejects.toThrow(
        /^DATA_DIR: .*passwords\.json is missing.*: put it back/,
      );
    });
  });

  describe('that is temporary', () => {
    /** A temporary folder for this test alone, so that what is left behind is seen. */
    let temporary: string;
    const before = process.env.TMPDIR;

    beforeEach(async () => {
      temporary = join(dataDir, 'temporary');
      await mkdir(temporary);
      process.env.TMPDIR = temporary;
    });

    afterEach(() => {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    });

    it('is another one each time, and leaves nothing behind', async () => {
      const one = await openHere(TEMPORARY);
      const other = await openHere(TEMPORARY);
      expect(one.address.port).not.toBe(other.address.port);
      await expect(readdir(temporary)).resolves.toHaveLength(2);
      await one.stop();
      await other.stop();
      await expect(readdir(temporary)).resolves.toEqual([]);
    });

    it('leaves no server and no files behind when the app is killed', async () => {
      const { app } = await startAnotherApp(TEMPORARY);
      const [home = ''] = await readdir(temporary);
      const pid = await serverPid(new Cluster(join(temporary, home)));
      app.kill('SIGKILL');
      await eventually(async () => (await readdir(temporary)).length === 0);
      expect(isAlive(pid)).toBe(false);
    });
  });

  it('leaves no server behind when the app is killed', async () => {
    const { app } = await startAnotherApp(dataDir);
    const pid = await serverPid();
    app.kill('SIGKILL');
    await eventually(() => !isAlive(pid));
    // It was stopped in order: a crash would have left the lock.
    await expect(cluster.readLock()).resolves.toBeNull();
  });

  it('outlives the Ctrl-C that ends the app, until the app has closed it', async () => {
    const { app, output } = await startAnotherApp(dataDir);
    const pid = await serverPid();
    process.kill(-Number(app.pid), 'SIGINT');
    await once(app, 'exit');
    expect(output()).toBe('open\nanswers\n');
    expect(isAlive(pid)).toBe(false);
  });

  it('tells when it ends though nobody stopped it', async () => {
    const postgres = await openHere();
    process.kill(await serverPid(), 'SIGKILL');
    await eventually(() => problems.length > 0);
    expect(problems).toEqual([
      expect.stringMatching(/^the embedded PostgreSQL has ended, start the app anew: SIGKILL/),
    ]);
    await postgres.stop();
  });

  itOnLinux('does not stay behind when the process that keeps it is killed', async () => {
    await openHere();
    const pid = await serverPid();
    process.kill(await parentOf(pid), 'SIGKILL');
    await eventually(() => !isAlive(pid));
    expect(problems).toEqual([
      expect.stringMatching(/has ended, start the app anew: the process that keeps it was killed$/),
    ]);
  });

  it('says nothing when it is stopped', async () => {
    const postgres = await openHere();
    await postgres.stop();
    await postgres.stop();
    expect(problems).toEqual([]);
  });

  itAsRoot('says what root needs when setpriv is not there', async () => {
    const path = process.env.PATH;
    process.env.PATH = dataDir;
    try {
      await expect(openHere()).rejects.toThrow(
        /could not be started \(as root that takes setpriv.*\n.*ENOENT\n.*DATABASE_URL/,
      );
    } finally {
      process.env.PATH = path;
    }
  });

  itAsRoot('says whose the folder is when it is another user’s', async () => {
    await mkdir(cluster.home);
    await chown(cluster.home, 1, 1);
    await expect(openHere()).rejects.toThrow(
      /belongs to the user id 1, and PostgreSQL would run as 65534: start as the user/,
    );
  });
});
