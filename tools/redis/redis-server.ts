import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childPid } from '../processes/child-pid';
import { unrefChild } from '../processes/child-references';
import { endWithThisProcess } from '../processes/end-with-this-process';
import { freePort } from '../processes/free-port';
import { LastLines } from '../processes/last-lines';
import { onOutputLine } from '../processes/output-lines';
import { describeExit, processExit, type ProcessExit } from '../processes/process-exit';
import { terminate } from '../processes/terminate';
import { findRedisServer } from './find-redis-server';
import { answersPing } from './redis-ping';

export interface RedisServerOptions {
  /** Program of the server. @default the program on the PATH */
  readonly binary?: string;
  /** Required port, to restart a stopped server at its address. @default a free port */
  readonly port?: number;
  /** File with the server's users (ACL), in Redis' own format. */
  readonly aclFile?: string;
  /** Configuration file to start from. Sentinel needs a file, and rewrites it. */
  readonly configFile?: string;
  /** Makes the server a node of a cluster, with a free port for the cluster's bus. */
  readonly cluster?: boolean;
  /** Additional arguments for the server; they override the arguments that are set here. */
  readonly args?: readonly string[];
}

const START_TIMEOUT_MS = 20_000;
const START_INTERVAL_MS = 10;
const STOP_TIMEOUT_MS = 5000;

/** Number of free ports to try before the fault counts as permanent. */
const PORT_ATTEMPTS = 5;

/**
 * A real Redis server on the loopback address that keeps no data on disk.
 *
 * It ends with the Node process that started it, however that process ends. It does not keep that process
 * running, and a Ctrl-C in the terminal does not reach it.
 */
export class RedisServer {
  /** Resolves when the server has ended, for whatever reason, and its files are removed. */
  readonly exited: Promise<ProcessExit>;
  private readonly log = new LastLines();
  private exit: ProcessExit | null = null;

  private constructor(
    readonly pid: number,
    readonly port: number,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {
    onOutputLine(child, (line) => {
      this.log.push(line);
    });
    const release = endWithThisProcess(pid, folder);
    this.exited = processExit(child).then(async (exit) => {
      release();
      await rm(folder, { recursive: true, force: true });
      return (this.exit = exit);
    });
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @throws Error with the server's output when the server does not start
   */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let attempt = 1; ; attempt++) {
      const server = await RedisServer.launch(options);
      try {
        await server.untilAnswering();
        return server;
      } catch (error) {
        await server.stop();
        const mayRetry = options.port === undefined && attempt < PORT_ATTEMPTS;
        if (!mayRetry || !server.foundPortTaken) throw error;
      }
    }
  }

  private static async launch(options: RedisServerOptions): Promise<RedisServer> {
    const binary = options.binary ?? findRedisServer();
    if (binary === null) {
      throw new Error('No redis-server on the PATH: call ensureRedisServer() first.');
    }
    const port = options.port ?? (await freePort());
    const folder = await mkdtemp(join(tmpdir(), 'redis-'));
    const child = spawn(binary, await serverArguments(options, port, folder), {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    unrefChild(child);
    try {
      return new RedisServer(await childPid(child), port, folder, child);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** `redis://127.0.0.1:<port>`, without a user. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Latest lines that the server printed, oldest first. */
  get output(): string {
    return this.log.toString();
  }

  /** Asks the server to end in order, and kills it after a timeout. */
  async stop(): Promise<void> {
    await terminate(this.child, this.exited, STOP_TIMEOUT_MS);
  }

  /** Sends the server a signal: SIGKILL for a crash, SIGSTOP and SIGCONT for a freeze. */
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private async untilAnswering(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!this.exit && performance.now() < deadline) {
      if (await answersPing(socketPath(this.folder))) return;
      await Promise.race([delay(START_INTERVAL_MS), this.exited]);
    }
    const reason = this.exit ? describeExit(this.exit) : 'does not answer';
    throw new Error(`redis-server on port ${this.port} ${reason}:\n${this.output}`);
  }

  private get foundPortTaken(): boolean {
    return this.output.includes('Address already in use');
  }
}

/**
 * Returns the path of the socket, in the server's own folder, on which the server is pinged. The TCP port
 * could belong to another server that took it first.
 */
function socketPath(folder: string): string {
  return join(folder, 'redis.sock');
}

async function serverArguments(
  { configFile, aclFile, cluster, args = [] }: RedisServerOptions,
  port: number,
  folder: string,
): Promise<string[]> {
  return [
    ...(configFile === undefined ? [] : [resolve(configFile)]),
    ...['--port', String(port), '--bind', '127.0.0.1', '--unixsocket', socketPath(folder)],
    ...['--dir', folder, '--save', '', '--appendonly', 'no'],
    // Lagging replicas would delay the end of a server whose data is not kept.
    ...['--shutdown-timeout', '0'],
    // A master would wait five seconds for more replicas before it sends the first replica its data.
    ...['--repl-diskless-sync-delay', '0'],
    ...(aclFile === undefined ? [] : ['--aclfile', resolve(aclFile)]),
    // The default, the port plus 10000, exceeds 65535 for many free ports.
    ...(cluster ? ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())] : []),
    ...args,
  ];
}
