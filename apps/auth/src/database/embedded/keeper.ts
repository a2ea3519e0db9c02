import { spawn, type ChildProcess } from 'node:child_process';
import { type Socket } from 'node:net';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type KeeperMessage } from './keeper.messages';
import { type PostgresAddress } from './postgres-address';
import { ServerLog } from './server-log';
import { isRoot, unprivileged } from './unprivileged';

/** What the keeper and PostgreSQL are given of the environment: no secret of the app is in it. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT'];

/** Another server holds the cluster; the reason is in PostgreSQL's words. */
export interface InUse {
  readonly inUse: string;
}

/** The process that keeps PostgreSQL running, as the app that started it sees it. */
export class Keeper {
  private stopping = false;

  private constructor(
    private readonly child: ChildProcess,
    readonly address: PostgresAddress,
  ) {}

  /**
   * @param script the file of the keeper's program
   * @param home where the cluster is, or is to be made; `undefined` for a temporary one
   * @param onProblem told, once, if PostgreSQL ends though nobody stopped it
   * @throws Error that says why PostgreSQL does not run
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

  /** Returns when PostgreSQL has ended and a temporary cluster is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (await this.hasEnded()) return;
    this.child.ref();
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.connected) this.child.disconnect();
    await exited;
  }

  private watch(onProblem: (message: string) => void): void {
    let reason = 'the process that keeps it was killed';
    this.child.on('message', (message: KeeperMessage) => {
      if (message.type === 'died') reason = message.reason;
    });
    this.child.once('exit', () => {
      if (this.stopping) return;
      this.endOrphans();
      onProblem(`the embedded PostgreSQL has ended: ${reason}`);
    });
    // An app that has nothing else to do may end: the channel closes then, and the keeper follows.
    this.child.unref();
    this.child.channel?.unref();
    (this.child.stderr as Socket).unref();
  }

  /** A keeper that was killed has left PostgreSQL behind, in its process group. */
  private endOrphans(): void {
    try {
      // What PostgreSQL takes for a "fast shutdown": connections are ended, and what they began.
      process.kill(-Number(this.child.pid), 'SIGINT');
    } catch {
      // Nobody is left.
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
    // A group of its own: Ctrl-C in the terminal is for the app, which stops PostgreSQL when it
    // needs it no more.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: environment(),
  });
}

/** From the sources, the keeper is TypeScript and runs through tsx, as the app does. */
function loaderOf(script: string): string[] {
  return extname(script) === '.ts' ? ['--import', pathToFileURL(require.resolve('tsx')).href] : [];
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
    // tsx would leave a cache in the temporary folder, and as root one of another user.
    TSX_DISABLE_CACHE: '1',
  };
}

/** The keeper's first message, or what stands for it when the keeper ends without a word. */
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
    // 'close', not 'exit': by then all that the keeper wrote has arrived.
    child.once('close', fail);
  });
}
