import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { onOutputLine } from '../../../tools/processes/output-lines';
import { processExit } from '../../../tools/processes/process-exit';
import { eventually } from '../../../tools/testing/eventually';
import { isRunning } from '../../../tools/testing/is-running';

/** Time for a server to start, with a build if it has one, in milliseconds. */
const START_TIMEOUT_MS = 120_000;

/** Time for a command to end, with an installation if it has one, in milliseconds. */
const COMMAND_TIMEOUT_MS = 240_000;

/** Time from SIGTERM to SIGKILL, in milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

/** Result of a command. */
export interface CommandResult {
  /** Lines of both streams, without colours. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Whether a server is ready, from its output or by a question to it. */
export type IsReady = (output: string) => boolean | Promise<boolean>;

/** Server that a terminal runs. */
interface Job {
  readonly pid: number;
  readonly log: string;
}

/** Shell that keeps its folder and its variables from one command to the next, as the terminal of a reader. */
export class Terminal {
  readonly #exited;
  readonly #jobs: Job[] = [];
  readonly #mark = randomUUID();
  #lines: string[] = [];
  #onMark: ((exitCode: number) => void) | undefined;

  private constructor(private readonly shell: ChildProcess) {
    this.#exited = processExit(shell);
    onOutputLine(shell, (line) => {
      const [, code] = new RegExp(`^${this.#mark} (\\d+)$`).exec(line) ?? [];
      if (code === undefined) this.#lines.push(stripVTControlCharacters(line));
      else this.#onMark?.(Number(code));
    });
  }

  static open(folder: string, env: NodeJS.ProcessEnv): Terminal {
    const shell = spawn('bash', ['--noprofile', '--norc'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return new Terminal(shell);
  }

  /**
   * Runs a command until it ends.
   *
   * @param input Line that the command reads from standard input.
   * @throws Error with the output so far when the command ends the shell
   */
  async run(command: string, input = ''): Promise<CommandResult> {
    this.#lines = [];
    const ended = new Promise<number>((resolve, reject) => {
      let openStreams = 2;
      this.#onMark = (code) => {
        openStreams -= 1;
        if (openStreams === 0) resolve(code);
      };
      void this.#exited.then(() => {
        reject(new Error(`The shell has ended:\n${this.#lines.join('\n')}`));
      });
    });
    // The mark ends the output on both streams, on a line of its own.
    const mark = `printf '\\n%s %s\\n' ${this.#mark} $code`;
    this.shell.stdin?.write(`{ ${command}\n} <<< '${input}'; code=$?; ${mark}; ${mark} >&2\n`);
    const timer = setTimeout(() => {
      this.#killCommand();
    }, COMMAND_TIMEOUT_MS);
    const exitCode = await ended.finally(() => {
      clearTimeout(timer);
    });
    return { lines: this.#lines, exitCode };
  }

  /**
   * Starts a server, which goes on while the terminal is open.
   *
   * @throws Error with the server's output when it ends or does not become ready
   */
  async start(command: string, isReady: IsReady): Promise<void> {
    const log = join(tmpdir(), `terminal-${this.#mark}-${this.#jobs.length}.log`);
    await writeFile(log, '');
    // A session of its own makes the server and its children one process group.
    const { lines } = await this.run(
      `setsid bash -c '${command.replaceAll("'", String.raw`'\''`)}' > '${log}' 2>&1 < /dev/null & echo "job $!"`,
    );
    const pid = Number(/^job (\d+)$/m.exec(lines.join('\n'))?.[1]);
    this.#jobs.push({ pid, log });
    const output = async () => stripVTControlCharacters(await readFile(log, 'utf8'));
    try {
      await eventually(async () => {
        if (!isRunning(pid)) throw new Error('It has ended.');
        return isReady(await output());
      }, START_TIMEOUT_MS);
    } catch (cause) {
      throw new Error(`\`${command}\` did not start:\n${await output()}`, { cause });
    }
  }

  /** Ends the servers in the reverse order of their start, then the shell. */
  async close(): Promise<void> {
    for (const { pid, log } of this.#jobs.splice(0).reverse()) {
      signalGroup(pid, 'SIGTERM');
      await eventually(() => !isGroupRunning(pid), STOP_TIMEOUT_MS).catch(() => {
        signalGroup(pid, 'SIGKILL');
      });
      await rm(log);
    }
    this.shell.stdin?.end();
    this.#killCommand();
    await this.#exited;
  }

  /** Ends the command that runs in the foreground, if there is one. */
  #killCommand(): void {
    const { pid } = this.shell;
    if (pid === undefined) return;
    for (const child of childrenOf(pid)) process.kill(child, 'SIGKILL');
  }
}

/** proc_pid_task_tid_children(5). Other systems have no such file, and tests there wait for the command. */
function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isGroupRunning(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}
