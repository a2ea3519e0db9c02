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
  /** The server's program. @default the one on the PATH */
  readonly binary?: string;
  /** A port to have or to fail: to start again what was stopped. @default a free one */
  readonly port?: number;
  /** File with the server's users (ACL), in Redis's own form. */
  readonly aclFile?: string;
  /** A configuration to start from. Sentinel needs one, and rewrites it. */
  readonly configFile?: string;
  /** Makes the server a node of a cluster, with a free port for the cluster's bus. */
  readonly cluster?: boolean;
  /** More arguments for the server; they outweigh the ones that are set here. */
  readonly args?: readonly string[];
}

const START_TIMEOUT_MS = 20_000;
const START_INTERVAL_MS = 10;
const STOP_TIMEOUT_MS = 5000;

/** How many free ports are tried before it is taken for something else than bad luck. */
const PORT_ATTEMPTS = 5;

/**
 * A real Redis server on the loopback address, with nothing kept on disk.
 *
 * It ends with the Node process that started it, whatever ends that. It does not keep that process
 * running, and a Ctrl-C in the terminal does not reach it.
 */
export class RedisServer {
  /** Resolves when the server has ended, whatever ended it, and its files are gone. */
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
   * @throws Error with the server's own words when it does not start
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

  /** The newest lines that the server printed, oldest first. */
  get output(): string {
    return this.log.toString();
  }

  /** Lets the server end in order, and ends it when it takes too long. */
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
 * The server is asked through a socket in its own folder whether it answers: on the TCP port it
 * might be another one that was faster to take it.
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
    // Replicas that lag would hold up the end of a server whose data nobody keeps.
    ...['--shutdown-timeout', '0'],
    // A master would wait five seconds for more replicas before it gives the first one its data.
    ...['--repl-diskless-sync-delay', '0'],
    ...(aclFile === undefined ? [] : ['--aclfile', resolve(aclFile)]),
    // The default, the port plus 10000, is above 65535 for many a free port.
    ...(cluster ? ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())] : []),
    ...args,
  ];
}
