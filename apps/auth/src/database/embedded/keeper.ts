import { spawn, type ChildProcess } from 'node:child_process';
import { type Socket } from 'node:net';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type KeeperMessage } from './keeper.messages';
import { type PostgresAddress } from './postgres-address';
import { ServerLog } from './server-log';
import { isRoot, unprivileged } from './unprivileged';

/** Environment variables for the keeper and PostgreSQL: none of them contains a secret of the app. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT'];

/** Another server holds the cluster; the reason is PostgreSQL's own message. */
export interface InUse {
  readonly inUse: string;
}

/** Process that keeps PostgreSQL running, for the app that started it. */
export class Keeper {
  private stopping = false;

  private constructor(
    private readonly child: ChildProcess,
    readonly address: PostgresAddress,
  ) {}

  /**
   * @param script file of the keeper's program
   * @param home folder of the cluster, which may not exist yet; `undefined` for a temporary cluster
   * @param onProblem called once when PostgreSQL ends without a call of {@link stop}
   * @throws Error that explains why PostgreSQL does not run
   */
  static async start(
    script: string,
    home: string | undefined,
    onProblem: (message: string) => void,
  ): Promise<Keeper | InUse> {
    const child = spawnKeeper(script, home);
    const first = await firstMessage(child);
    if (first.type === 'ready') {
      const keeper = new Keeper(child, first.address);
      keeper.watch(onProblem);
      return keeper;
    }
    if (child.connected) child.disconnect();
    if (first.type === 'in-use') return { inUse: first.reason };
    throw new Error(first.reason);
  }

  hasEnded(): Promise<boolean> {
    return Promise.resolve(this.child.exitCode !== null || this.child.signalCode !== null);
  }

  /** Resolves when PostgreSQL has ended and a temporary cluster is removed. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (await this.hasEnded()) return;
    this.child.ref();
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.connected) this.child.disconnect();
    await exited;
  }

  private watch(onProblem: (message: string) => void): void {
    let reason = 'its supervising process was killed';
    this.child.on('message', (message: KeeperMessage) => {
      if (message.type === 'died') reason = message.reason;
    });
    this.child.once('exit', () => {
      if (this.stopping) return;
      this.endOrphans();
      onProblem(`the embedded PostgreSQL has ended: ${reason}`);
    });
    // An app without other work may end: the channel then closes, and the keeper ends, too.
    this.child.unref();
    this.child.channel?.unref();
    (this.child.stderr as Socket).unref();
  }

  /** Ends the PostgreSQL that a killed keeper has left behind in its process group. */
  private endOrphans(): void {
    try {
      // SIGINT is PostgreSQL's "fast shutdown": it ends connections and aborts their transactions.
      process.kill(-Number(this.child.pid), 'SIGINT');
    } catch {
      // No process is left.
    }
  }
}

function spawnKeeper(script: string, home: string | undefined): ChildProcess {
  const { program, args } = unprivileged(process.execPath, [
    ...loaderOf(script),
    script,
    ...(home === undefined ? [] : [home]),
  ]);
  return spawn(program, args, {
    // A process group of its own: Ctrl-C in the terminal is for the app only, which stops PostgreSQL when it
    // no longer needs it.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: environment(),
  });
}

/** In the sources, the keeper is TypeScript and runs through tsx, like the app. */
function loaderOf(script: string): string[] {
  return extname(script) === '.ts' ? ['--import', pathToFileURL(require.resolve('tsx')).href] : [];
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
    // tsx would leave a cache in the temporary folder: with an app of root, a cache of another user.
    TSX_DISABLE_CACHE: '1',
  };
}

/**
 * Resolves with the keeper's first message, or with a `failed` message when the keeper ends without a
 * message.
 */
function firstMessage(child: ChildProcess): Promise<KeeperMessage> {
  const written = new ServerLog();
  child.stderr?.setEncoding('utf8').on('data', written.add);
  return new Promise((resolve) => {
    const fail = (): void => {
      const needs = isRoot() ? ' (as root that takes setpriv, of util-linux)' : '';
      const { message } = written.failure(`the embedded PostgreSQL could not be started${needs}`);
      resolve({ type: 'failed', reason: message });
    };
    child.once('message', (message: KeeperMessage) => {
      resolve(message);
    });
    child.once('error', ({ message }) => {
      written.add(message);
      fail();
    });
    // 'close', not 'exit': all output of the keeper has arrived by then.
    child.once('close', fail);
  });
}
