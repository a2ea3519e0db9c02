import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repositoryRoot } from '../repository-root';
import { childPid } from './child-pid';
import { unrefChild } from './child-references';
import { readinessStatus } from './health-check';
import { LastLines } from './last-lines';
import { onOutputLine } from './output-lines';
import { describeExit, processExit, type ProcessExit } from './process-exit';
import { terminate } from './terminate';

export interface AppProcessOptions {
  /** Name of the app in errors. */
  readonly name: string;
  /** Base URL of the app, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Compiled entry file. @default dist/apps/<name>/main.js */
  readonly script?: string;
  /** Complete environment of the app. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line that the app prints, without its line end. */
  readonly onLine?: (line: string) => void;
}

const READY_TIMEOUT_MS = 60_000;
const READY_INTERVAL_MS = 50;
const STOP_TIMEOUT_MS = 10_000;

/**
 * A built app as a process of its own.
 *
 * A Ctrl-C in the terminal does not reach the app, so that its parent process can stop it in order. When the
 * parent process ends, the IPC channel closes and the app ends itself.
 */
export class AppProcess {
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<ProcessExit>;
  private readonly output = new LastLines();
  private exit: ProcessExit | null = null;

  private constructor(
    readonly name: string,
    readonly url: string,
    readonly pid: number,
    private readonly child: ChildProcess,
    onLine?: (line: string) => void,
  ) {
    onOutputLine(child, (line) => {
      this.output.push(line);
      onLine?.(line);
    });
    this.exited = processExit(child).then((exit) => (this.exit = exit));
  }

  /** @throws Error when the process cannot be started */
  static async start({ name, url, script, env, onLine }: AppProcessOptions): Promise<AppProcess> {
    const file = resolve(repositoryRoot, script ?? `dist/apps/${name}/main.js`);
    const child = spawn(process.execPath, [file], {
      cwd: repositoryRoot,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new AppProcess(name, url, await childPid(child), child, onLine);
  }

  /** Latest lines that the app printed, oldest first. */
  get lastLines(): string {
    return this.output.toString();
  }

  /**
   * Waits until the app reports that it can serve (`/health/ready` answers 200).
   *
   * @param timeout milliseconds
   * @throws Error with the end of the app's output: at once when the app ends, or after `timeout`
   */
  async ready(timeout = READY_TIMEOUT_MS): Promise<void> {
    const deadline = performance.now() + timeout;
    let status: number | null = null;
    while (!this.exit && performance.now() < deadline) {
      status = await readinessStatus(this.url);
      if (status === 200) return;
      await Promise.race([delay(READY_INTERVAL_MS), this.exited]);
    }
    const reason = this.exit
      ? `${describeExit(this.exit)} before it was ready`
      : `is not ready after ${timeout / 1000} s (${this.url}/health/ready: ${status ?? 'no answer'})`;
    throw new Error(`${this.name} ${reason}. Its last lines:\n${this.lastLines}`);
  }

  /**
   * Asks the app to end in order (SIGTERM), and kills it (SIGKILL) after a timeout.
   *
   * @param timeout milliseconds from one signal to the other
   */
  stop(timeout = STOP_TIMEOUT_MS): Promise<ProcessExit> {
    return terminate(this.child, this.exited, timeout);
  }

  /** Allows this Node process to end while the app runs; the app then ends itself. */
  unref(): void {
    unrefChild(this.child);
    this.child.channel?.unref();
  }

  /** Whether the process has not ended yet. */
  get isRunning(): boolean {
    return this.exit === null;
  }

  /** Sends a signal to the app alone, for tests of faults. */
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
