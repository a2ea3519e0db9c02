import { readlinkSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The passwords of the two roles of a cluster. */
export interface ClusterPasswords {
  readonly superuser: string;
  readonly app: string;
}

/** What `postmaster.pid` says about the server that holds a cluster. */
export interface ClusterLock {
  readonly pid: number;
  /** Missing while the server has not come as far as to listen. */
  readonly port: number | undefined;
}

/** The files of one embedded PostgreSQL: the cluster itself and, beside it, its passwords. */
export class Cluster {
  /** PostgreSQL's own data directory. */
  readonly dataDirectory: string;
  /** Readable by its owner alone. */
  readonly passwordFile: string;

  constructor(readonly home: string) {
    this.dataDirectory = join(home, 'data');
    this.passwordFile = join(home, 'passwords.json');
  }

  /**
   * @returns `null` when the cluster was not made yet
   * @throws Error when the file is another user's, or damaged
   */
  async readPasswords(): Promise<ClusterPasswords | null> {
    const content = await readIfExists(this.passwordFile);
    if (content === null) return null;
    try {
      return JSON.parse(content) as ClusterPasswords;
    } catch {
      // Without the cause: it would quote from the file.
      throw new Error(
        `DATA_DIR: ${this.passwordFile} is damaged, and with it the way into the user database: ` +
          `put it back from a copy, or move ${this.home} away to begin anew`,
      );
    }
  }

  /**
   * @returns `null` when no server holds the cluster, or none that has come far enough to say so
   * @throws Error when the cluster is another user's
   */
  async readLock(): Promise<ClusterLock | null> {
    const content = await readIfExists(join(this.dataDirectory, 'postmaster.pid'));
    // Line 1 is the process id, line 4 the port: src/include/utils/pidfile.h of PostgreSQL.
    const lines = content?.split('\n') ?? [];
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, port: Number(lines[3]) || undefined } : null;
  }

  /**
   * The process id in the lock file, when a process has it that is certainly not the server of this
   * cluster: after a crash the number may have been given to another one (in a container that is
   * the rule). PostgreSQL cannot tell, takes the process for itself and refuses to start.
   *
   * A PostgreSQL server works in its data directory, which is what is looked at. Where there is no
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

/** Whether a process of this id exists, whoever it belongs to. */
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
        `DATA_DIR: ${file} belongs to another user: start as the user who made it, ` +
          'or set DATA_DIR to another folder',
        { cause: error },
      );
    }
    throw error;
  }
}
