import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { childPid } from '../../tools/processes/child-pid';
import { unrefChild } from '../../tools/processes/child-references';
import { endWithThisProcess } from '../../tools/processes/end-with-this-process';
import { LastLines } from '../../tools/processes/last-lines';
import { onOutputLine } from '../../tools/processes/output-lines';
import { processExit, type ProcessExit } from '../../tools/processes/process-exit';
import { terminate } from '../../tools/processes/terminate';
import { repositoryRoot } from '../../tools/repository-root';
import { eventually } from '../../tools/testing/eventually';

export interface ScriptedRedisOptions {
  /** A script of docker/redis. */
  script: 'start-redis.sh' | 'start-sentinel.sh';
  /** Arguments that Compose gives the script: users file and options. */
  args: readonly string[];
  /** Environment that Compose gives the script. */
  env: Readonly<Record<string, string>>;
  port: number;
  /** Storage of the container: its volume and its memory, kept from one start to the next. */
  folder: string;
}

/** A Redis or a Sentinel as in its container: started by its script, with the operator's passwords. */
export class ScriptedRedis {
  readonly exited: Promise<ProcessExit>;
  private readonly lines = new LastLines();

  private constructor(
    readonly port: number,
    private readonly password: string,
    private readonly child: ChildProcess,
    release: () => void,
  ) {
    onOutputLine(child, (line) => {
      this.lines.push(line);
    });
    this.exited = processExit(child).finally(release);
  }

  private static async launch(options: ScriptedRedisOptions): Promise<ScriptedRedis> {
    const { script, args, env, port, folder } = options;
    const [data, runtime] = [join(folder, 'data'), join(folder, 'runtime')];
    for (const path of [data, runtime]) mkdirSync(path, { recursive: true });
    const command = [join(repositoryRoot, 'docker/redis', script), ...args];
    const child = spawn('/bin/sh', [...command, '--port', String(port), '--bind', '127.0.0.1'], {
      env: { PATH: process.env.PATH, DATA_FOLDER: data, RUNTIME_FOLDER: runtime, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    unrefChild(child);
    const release = endWithThisProcess(await childPid(child), folder);
    return new ScriptedRedis(port, env.REDIS_PASSWORD_OPERATOR ?? '', child, release);
  }

  /** Starts the server and waits until it authorizes the operator. */
  static async start(options: ScriptedRedisOptions): Promise<ScriptedRedis> {
    const server = await ScriptedRedis.launch(options);
    let exit: ProcessExit | undefined;
    void server.exited.then((it) => (exit = it));
    await eventually(async () => {
      if (exit) throw new Error(`${options.script} ends:\n${server.output}`);
      return server.asOperator('PING').then(
        (reply) => reply === 'PONG',
        () => false,
      );
    });
    return server;
  }

  get output(): string {
    return this.lines.toString();
  }

  /** Sends one command as the operator. */
  asOperator(command: string, ...args: string[]): Promise<unknown> {
    return this.as('operator', this.password, command, ...args);
  }

  /** Sends one command as a user, over its own connection; without a user when `user` is `null`. */
  async as(user: string | null, password: string, command: string, ...args: string[]) {
    const client = new Redis({
      port: this.port,
      lazyConnect: true,
      enableReadyCheck: false,
      disableClientInfo: true,
      // RESP2 has no handshake; the HELLO of RESP3 would fail without a user.
      protocol: 2,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      if (user !== null) await client.call('AUTH', user, password);
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    await terminate(this.child, this.exited, 5_000);
  }
}
