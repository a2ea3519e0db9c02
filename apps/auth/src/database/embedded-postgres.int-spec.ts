import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Cluster, isAlive } from './embedded/cluster';
import { isRoot } from './embedded/unprivileged';
import { openEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres';
import { parentOf, query, refuseProblems, serverPidOf } from './testing/embedded-server';

const itAsRoot = isRoot() ? it : it.skip;
const itOnLinux = process.platform === 'linux' ? it : it.skip;

const makeFolder = () => mkdtemp(join(tmpdir(), 'embedded-postgres-spec-'));

describe('the running embedded PostgreSQL', () => {
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

  it('creates its folder and everything in it for the owner only', async () => {
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    await expect(modeOf(dirname(running.home))).resolves.toBe(0o700);
    await expect(modeOf(running.home)).resolves.toBe(0o700);
    await expect(modeOf(running.dataDirectory)).resolves.toBe(0o700);
    await expect(modeOf(running.passwordFile)).resolves.toBe(0o600);
    await expect(readdir(dirname(running.home))).resolves.toEqual(['postgres']);
  });

  it('accepts connections on loopback only, and only with the password', async () => {
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

  it('does not give the app superuser rights', async () => {
    await expect(
      query(postgres, 'select rolsuper, rolcreatedb from pg_roles where rolname = current_user'),
    ).resolves.toEqual([{ rolsuper: false, rolcreatedb: false }]);
  });

  itAsRoot('does not run as root', async () => {
    const status = await readFile(`/proc/${await serverPidOf(running)}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
  });

  itOnLinux('ignores signals meant for the app', async () => {
    const keeper = await parentOf(await serverPidOf(running));
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.kill(keeper, signal);
    await openEmbeddedPostgres(dirname(running.home), refuseProblems);
    await expect(query(postgres, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    expect(isAlive(keeper)).toBe(true);
  });

  it('accepts a later guest, and keeps running when the guest stops', async () => {
    const guest = await openEmbeddedPostgres(dirname(running.home), refuseProblems);
    expect(guest.address).toEqual(postgres.address);
    await guest.stop();
    await expect(query(postgres, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
  });
});

describe('the embedded PostgreSQL that cannot run', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await makeFolder();
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const openHere = () => openEmbeddedPostgres(dataDir, refuseProblems);

  itAsRoot('reports what root needs when setpriv is missing', async () => {
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

  itAsRoot('names the owner of a folder that belongs to another user', async () => {
    await mkdir(join(dataDir, 'postgres'));
    await chown(join(dataDir, 'postgres'), 1, 1);
    await expect(openHere()).rejects.toThrow(
      /belongs to the user id 1, and PostgreSQL would run as 65534\. Start as the owner/,
    );
  });
});
