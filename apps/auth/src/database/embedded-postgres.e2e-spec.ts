import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parentOf, query, refuseProblems, serverPidOf } from './testing/embedded-server';
import { openDatabase, type Database } from './database';
import { Cluster, isAlive } from './embedded/cluster';
import { isRoot, unprivileged } from './embedded/unprivileged';
import { openEmbeddedPostgres, TEMPORARY, type EmbeddedPostgres } from './embedded-postgres';
import { users } from './schema';
import { eventually } from '../../../../tools/testing/eventually';

const itOnLinux = process.platform === 'linux' ? it : it.skip;

const makeFolder = () => mkdtemp(join(tmpdir(), 'embedded-postgres-spec-'));

describe('the embedded PostgreSQL', () => {
  /**
   * Folder that only its owner may enter, as mkdtemp creates it. As root, the tests thereby cover `nobody`.
   */
  let dataDir: string;
  let cluster: Cluster;
  let problems: string[];
  /** Data folder with a cluster that no server holds: a copy costs less than initdb. */
  let prepared: string;
  const open: EmbeddedPostgres[] = [];
  const processes: ChildProcess[] = [];

  beforeAll(async () => {
    prepared = await makeFolder();
    await (await openEmbeddedPostgres(prepared, refuseProblems)).stop();
  });

  afterAll(() => rm(prepared, { recursive: true }));

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

  /** Copies the prepared cluster into the data folder of the test. */
  async function prepareHere(): Promise<void> {
    // Keeps the owner and the modes, unlike fs.cp.
    await promisify(execFile)('cp', ['-a', join(prepared, 'postgres'), dataDir]);
  }

  /** Opens the prepared cluster in the data folder of the test. */
  async function openPrepared(): Promise<EmbeddedPostgres> {
    await prepareHere();
    return openHere();
  }

  const serverPid = (of = cluster) => serverPidOf(of);

  /** Starts another app, which holds the database of a data folder. */
  async function startAnotherApp(directory: string) {
    const app = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'testing/hold-database.ts'), directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        // tsx would keep its cache in the temporary folder.
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
        // As in a terminal, where a shell gives the app a process group of its own: Ctrl-C is sent to the
        // group.
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

  describe('in a data folder', () => {
    it('keeps its data across restarts', async () => {
      const first = await openPrepared();
      await query(first, 'create table kept (what text)');
      await query(first, "insert into kept values ('still there')");
      await first.stop();
      await expect(query(await openHere(), 'select what from kept')).resolves.toEqual([
        { what: 'still there' },
      ]);
    });

    it('starts one server for simultaneous starts on an empty folder', async () => {
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

    it('waits for a server that is shutting down', async () => {
      const first = await openPrepared();
      const stopping = first.stop();
      const second = await openHere();
      await stopping;
      await expect(query(second, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    });

    it('starts after a crash that left a stale lock', async () => {
      await openPrepared();
      const pid = await serverPid();
      process.kill(pid, 'SIGKILL');
      await eventually(() => problems.length > 0);
      expect(await serverPid()).toBe(pid);
      await expect(query(await openHere(), 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    });

    it('starts after a crash when another process has reused its process id', async () => {
      await openPrepared();
      process.kill(await serverPid(), 'SIGKILL');
      await eventually(() => problems.length > 0);
      // As the same user: PostgreSQL by itself ignores processes of other users.
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

    it('rejects a folder that holds other files', async () => {
      await mkdir(cluster.home);
      await writeFile(join(cluster.home, 'letter.txt'), 'Dear reader');
      if (isRoot()) await chown(cluster.home, 65_534, 65_534);
      await expect(openHere()).rejects.toThrow(
        /^DATA_DIR: .* is not a user database: move it away/,
      );
      await expect(readdir(cluster.home)).resolves.toEqual(['letter.txt']);
      await expect(readdir(dataDir)).resolves.toEqual(['postgres']);
    });

    it('reports a damaged password file without revealing its contents', async () => {
      await prepareHere();
      await writeFile(cluster.passwordFile, '{"superuser": "s3cret');
      await expect(openHere()).rejects.toThrow(/^DATA_DIR: .*passwords\.json is damaged/);
      await expect(openHere()).rejects.not.toThrow('s3cret');
    });

    it('explains what to do when its password file is missing', async () => {
      await prepareHere();
      await rm(cluster.passwordFile);
      await expect(openHere()).rejects.toThrow(
        /^DATA_DIR: .*passwords\.json is missing.*\. Restore it/,
      );
    });
  });

  describe('after its server has ended', () => {
    const databases: Database[] = [];
    const answers = (database: Database) =>
      database
        .run((queries) => queries.$count(users))
        .then(
          () => true,
          () => false,
        );

    async function openHereAsDatabase(): Promise<Database> {
      const database = await openDatabase({ dataDir }, (problem) => problems.push(problem));
      databases.push(database);
      return database;
    }

    beforeEach(prepareHere);
    afterEach(() => Promise.all(databases.splice(0).map((database) => database.close())));

    it('is restarted by its owner after a crash', async () => {
      const database = await openHereAsDatabase();
      process.kill(await serverPid(), 'SIGKILL');
      await eventually(() => problems.some((it) => it.includes('has ended: SIGKILL')));
      await eventually(() => answers(database));
    });

    itOnLinux('is restarted after its keeper process was killed', async () => {
      const database = await openHereAsDatabase();
      process.kill(await parentOf(await serverPid()), 'SIGKILL');
      await eventually(() => problems.length > 0);
      await eventually(() => answers(database));
    });

    it('is restarted by one guest when its owner closes, and found by the other guests', async () => {
      const first = await openHereAsDatabase();
      const guests = [await openHereAsDatabase(), await openHereAsDatabase()];
      databases.shift();
      await first.close();
      for (const guest of guests) await eventually(() => answers(guest));
      await expect(cluster.readLock()).resolves.not.toBeNull();
    });
  });

  describe('in a temporary folder', () => {
    /** A temporary folder for this test only, so that leftovers are visible. */
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

    it('starts a separate server each time, and leaves nothing behind', async () => {
      const one = await openHere(TEMPORARY);
      const other = await openHere(TEMPORARY);
      expect(one.address.port).not.toBe(other.address.port);
      await expect(readdir(temporary)).resolves.toHaveLength(2);
      await one.stop();
      await other.stop();
      await expect(readdir(temporary)).resolves.toEqual([]);
    });

    it('reports the loss of its server', async () => {
      let losses = 0;
      const database = await openDatabase(
        { dataDir: TEMPORARY },
        (problem) => problems.push(problem),
        () => (losses += 1),
      );
      const [home = ''] = await readdir(temporary);
      process.kill(await serverPid(new Cluster(join(temporary, home))), 'SIGKILL');
      await eventually(() => losses > 0);
      expect(problems).toContainEqual(expect.stringMatching(/has ended: SIGKILL/));
      await database.close();
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
    await prepareHere();
    const { app } = await startAnotherApp(dataDir);
    const pid = await serverPid();
    app.kill('SIGKILL');
    await eventually(() => !isAlive(pid));
    // The server was stopped in order: a crash would have left the lock.
    await expect(cluster.readLock()).resolves.toBeNull();
  });

  it('survives Ctrl-C until the app has closed it', async () => {
    await prepareHere();
    const { app, output } = await startAnotherApp(dataDir);
    const pid = await serverPid();
    process.kill(-Number(app.pid), 'SIGINT');
    await once(app, 'exit');
    expect(output()).toBe('open\nanswers\n');
    expect(isAlive(pid)).toBe(false);
  });

  it('reports an unexpected end', async () => {
    const postgres = await openPrepared();
    process.kill(await serverPid(), 'SIGKILL');
    await eventually(() => problems.length > 0);
    expect(problems).toEqual([
      expect.stringMatching(/^the embedded PostgreSQL has ended: SIGKILL/),
    ]);
    await postgres.stop();
  });

  itOnLinux('ends when its keeper process is killed', async () => {
    await openPrepared();
    const pid = await serverPid();
    process.kill(await parentOf(pid), 'SIGKILL');
    await eventually(() => !isAlive(pid));
    expect(problems).toEqual([
      expect.stringMatching(/has ended: its supervising process was killed$/),
    ]);
  });

  it('reports no problem when it is stopped', async () => {
    const postgres = await openPrepared();
    await postgres.stop();
    await postgres.stop();
    expect(problems).toEqual([]);
  });
});
