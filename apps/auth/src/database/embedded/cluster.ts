import { readlinkSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Passwords of the two roles of a cluster. */
export interface ClusterPasswords {
  readonly superuser: string;
  readonly app: string;
}

/** Content of `postmaster.pid`: the server that holds a cluster. */
export interface ClusterLock {
  readonly pid: number;
  /** `undefined` until the server listens. */
  readonly port: number | undefined;
}

/** Files of one embedded PostgreSQL: the cluster and its passwords. */
export class Cluster {
  /** PostgreSQL's own data directory. */
  readonly dataDirectory: string;
  /** Readable only by its owner. */
  readonly passwordFile: string;

  constructor(readonly home: string) {
    this.dataDirectory = join(home, 'data');
    this.passwordFile = join(home, 'passwords.json');
  }

  /**
   * @returns `null` when the cluster does not exist yet
   * @throws Error when the file is damaged or belongs to another user
   */
  async readPasswords(): Promise<ClusterPasswords | null> {
    const content = await readIfExists(this.passwordFile);
    if (content === null) return null;
    try {
      return JSON.parse(content) as ClusterPasswords;
    } catch {
      // No `cause`: it would quote the file.
      throw new Error(
        `DATA_DIR: ${this.passwordFile} is damaged, and the user database cannot be opened ` +
          `without it. Restore it from a backup, or move ${this.home} away to start with an ` +
          'empty database',
      );
    }
  }

  /**
   * @returns `null` when no server holds the cluster, or the server has not written its lock file yet
   * @throws Error when the cluster belongs to another user
   */
  async readLock(): Promise<ClusterLock | null> {
    const content = await readIfExists(join(this.dataDirectory, 'postmaster.pid'));
    // Line 1 is the process id, line 4 the port: src/include/utils/pidfile.h of PostgreSQL.
    const lines = content?.split('\n') ?? [];
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, port: Number(lines[3]) || undefined } : null;
  }

  /**
   * Returns the process id in the lock file when its process is certainly not the server of this cluster.
   * After a crash, the system may give the number to another process; in a container, it usually does.
   * PostgreSQL cannot detect this: it takes the process for itself and refuses to start.
   *
   * A PostgreSQL server works in its data directory, so this method compares the working directory. Without
   * /proc, nothing is certain.
   */
  async reusedLockPid(): Promise<number | undefined> {
    const lock = await this.readLock();
    if (!lock) return undefined;
    try {
      const workingDirectory = readlinkSync(`/proc/${lock.pid}/cwd`);
      return workingDirectory === realpathSync(this.dataDirectory) ? undefined : lock.pid;
    } catch {
      return undefined;
    }
  }
}

/** Returns whether a process with this id exists, regardless of its owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readIfExists(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'EACCES') {
      throw new Error(
        `DATA_DIR: ${file} belongs to another user: start as its owner, or set DATA_DIR to another folder`,
        { cause: error },
      );
    }
    throw error;
  }
}
