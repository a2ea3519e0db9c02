import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childPid } from '../processes/child-pid';
import { unrefChild } from '../processes/child-references';
import { endWithThisProcess } from '../processes/end-with-this-process';
import { findOnPath } from '../processes/find-on-path';
import { freePort } from '../processes/free-port';
import { LastLines } from '../processes/last-lines';
import { onOutputLine } from '../processes/output-lines';
import { describeExit, processExit, type ProcessExit } from '../processes/process-exit';
import { terminate } from '../processes/terminate';

const START_TIMEOUT_MS = 20_000;
const START_INTERVAL_MS = 10;
const STOP_TIMEOUT_MS = 5_000;

/**
 * A real NATS server on the loopback address that keeps no data on disk. It ends with the Node process that
 * started it, however that process ends.
 */
export class NatsServer {
  private readonly log = new LastLines();
  private readonly exited: Promise<ProcessExit>;
  private exit: ProcessExit | null = null;

  private constructor(
    readonly port: number,
    pid: number,
    folder: string,
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
   * @param port Required port, to restart a stopped server at its address. A free port by default.
   * @throws Error that names the package to install when there is no server program, or with the server's
   * output
   */
  static async start(port?: number): Promise<NatsServer> {
    const binary = program();
    const own = port ?? (await freePort());
    const folder = await mkdtemp(join(tmpdir(), 'nats-'));
    const child = spawn(
      binary,
      ['--addr', '127.0.0.1', '--port', String(own), '--store_dir', folder],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    unrefChild(child);
    const server = new NatsServer(own, await childPid(child), folder, child);
    await server.untilAnswering();
    return server;
  }

  /** Address in the form that clients accept: `127.0.0.1:<port>`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await terminate(this.child, this.exited, STOP_TIMEOUT_MS);
  }

  private async untilAnswering(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!this.exit && performance.now() < deadline) {
      if (await greets(this.port)) return;
      await Promise.race([delay(START_INTERVAL_MS), this.exited]);
    }
    const reason = this.exit ? describeExit(this.exit) : 'does not answer';
    await this.stop();
    throw new Error(`nats-server on port ${this.port} ${reason}:\n${this.log.toString()}`);
  }
}

/** Whether a NATS server listens on the port: it sends `INFO {…}` before the client sends anything. */
async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    return greeting.toString().startsWith('INFO ');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function program(): string {
  // The folders of administrators' programs are not on every user's PATH.
  const path = [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter);
  const file = findOnPath('nats-server', { PATH: path });
  if (file !== null) return file;
  throw new Error('nats-server is missing. On Debian and Ubuntu: apt-get install nats-server');
}
