import { unlink, writeFile } from 'node:fs/promises';
import { runCommand } from '../processes/run-command';
import { thisMachine, type Machine } from './machine';
import { redisInstructions } from './redis-instructions';

const PACKAGE = 'redis-server';

/** Script that Debian's packages call before they start their services (invoke-rc.d(8)). */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** Answers 'may this service be started?' with no. The script names its owner, in case it is left behind. */
const FORBID_SERVICES = `#!/bin/sh
# Here while Nest Sessions installs ${PACKAGE}; can be removed at any other time.
exit 101
`;

export interface InstallRedisServerOptions {
  /** Called with a sentence for people before a slow step. */
  readonly log?: (message: string) => void;
  /** @default this machine */
  readonly machine?: Machine;
}

/**
 * Installs a Redis server where this needs no question: with apt-get, as root, on Debian and its derivatives.
 * Installs only the program: its service starts neither now nor at the next boot.
 *
 * Of two processes that install at the same time, one waits for the other, by apt's own lock.
 *
 * @throws Error with the command to run, when an installation needs a question or apt fails
 */
export async function installRedisServer({
  log,
  machine = thisMachine(),
}: InstallRedisServerOptions = {}): Promise<void> {
  if (!machine.installsUnasked) {
    throw new Error(
      `Neither redis-server nor valkey-server is on the PATH. ${redisInstructions(machine)}`,
    );
  }
  log?.(`Installing ${PACKAGE} with apt-get`);
  try {
    await withServicesForbidden(installPackage);
  } catch (error) {
    throw new Error(
      `Redis could not be installed. ${(error as Error).message}\n\n${redisInstructions(machine)}`,
      { cause: error },
    );
  }
  try {
    await run('update-rc.d', [PACKAGE, 'disable']);
  } catch {
    log?.(`The service ${PACKAGE} starts at the next boot, unless: systemctl disable ${PACKAGE}`);
  }
}

async function withServicesForbidden(action: () => Promise<void>): Promise<void> {
  try {
    await writeFile(SERVICE_POLICY, FORBID_SERVICES, { mode: 0o755, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // The machine has its own policy, like containers do: leave it unchanged.
    return action();
  }
  try {
    await action();
  } finally {
    await unlink(SERVICE_POLICY);
  }
}

async function installPackage(): Promise<void> {
  const install = () => aptGet('install', '-y', '--no-install-recommends', PACKAGE);
  try {
    await install();
  } catch {
    // The package lists are missing, as in a fresh container, or older than the mirror.
    await aptGet('update');
    await install();
  }
}

function aptGet(...args: readonly string[]): Promise<void> {
  return run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args]);
}

/** Detached: a Ctrl-C that interrupts a package manager leaves the system half configured. */
function run(file: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return runCommand(file, args, { env, detached: true });
}
