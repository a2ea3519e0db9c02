import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LastLines } from '../../../tools/processes/last-lines';
import { onOutputLine } from '../../../tools/processes/output-lines';
import { describeExit, processExit, type ProcessExit } from '../../../tools/processes/process-exit';
import { terminate } from '../../../tools/processes/terminate';
import type { CpuAnswer, InjectAnswer, Numbered, ServerQuestion, ServerReady } from './messages';
import type { Adapter, Credential, Credentials } from './protection';
import type { Variant } from './variants';

const MAIN = resolve(__dirname, 'server.main.js');
const STOP_TIMEOUT_MS = 5000;
/** Wait after a failed request for the exit of the server, which may explain the failure. */
const EXIT_GRACE_MS = 500;

/**
 * A variant in a process of its own, with its own CPU time and its own JIT code. It ends with this process.
 */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<ProcessExit>;
  readonly #output = new LastLines();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #questions = 0;
  #ready: ServerReady | null = null;

  private constructor(
    readonly adapter: Adapter,
    readonly variant: Variant,
    redisUrl: string,
  ) {
    this.#child = fork(MAIN, [adapter, variant.name, redisUrl], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    onOutputLine(this.#child, (line) => {
      this.#output.push(line);
    });
    this.#child.on('message', ({ number, content }: Numbered<unknown>) => {
      this.#waiting.get(number)?.resolve(content);
      this.#waiting.delete(number);
    });
    this.#exited = processExit(this.#child).then((exit) => {
      for (const { reject } of this.#waiting.values()) reject(this.#failure(exit));
      return exit;
    });
  }

  /** @throws Error with the output of the process when it does not start */
  static async start(adapter: Adapter, variant: Variant, redisUrl: string): Promise<ServerProcess> {
    const server = new ServerProcess(adapter, variant, redisUrl);
    server.#ready = (await server.#answerTo(0)) as ServerReady;
    return server;
  }

  get name(): string {
    return `${this.variant.name} on ${this.adapter}`;
  }

  get port(): number {
    return this.#told.port;
  }

  get credentials(): Credentials {
    return this.#told.credentials;
  }

  /** Returns the CPU time so far, in microseconds. */
  async cpu(): Promise<number> {
    const { cpu } = (await this.#ask({ ask: 'cpu' })) as CpuAnswer;
    return cpu;
  }

  /** Asks it to send itself requests without a socket. */
  async inject(
    credential: Credential,
    inFlight: number,
    milliseconds: number,
  ): Promise<InjectAnswer> {
    return (await this.#ask({ ask: 'inject', credential, inFlight, milliseconds })) as InjectAnswer;
  }

  /**
   * Returns the result of work with the server.
   *
   * @throws Error with the output of the server when the work failed because the server exited
   */
  async whileAlive<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const exit = await Promise.race([this.#exited, delay(EXIT_GRACE_MS)]);
      throw exit ? this.#failure(exit) : error;
    }
  }

  async stop(): Promise<void> {
    await terminate(this.#child, this.#exited, STOP_TIMEOUT_MS);
  }

  get #told(): ServerReady {
    if (!this.#ready) throw new Error(`${this.name} has not started`);
    return this.#ready;
  }

  #ask(content: ServerQuestion): Promise<unknown> {
    const number = ++this.#questions;
    const answer = this.#answerTo(number);
    this.#child.send({ number, content } satisfies Numbered<ServerQuestion>);
    return answer;
  }

  #answerTo(number: number): Promise<unknown> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) {
      return Promise.reject(this.#failure({ code: exitCode, signal: signalCode }));
    }
    const waiting = withResolvers();
    this.#waiting.set(number, waiting);
    return waiting.promise;
  }

  #failure(exit: ProcessExit): Error {
    return new Error(`${this.name} ${describeExit(exit)}:\n${this.#output.toString()}`);
  }
}

/** Replaces `Promise.withResolvers`, which Node.js 20 lacks. */
function withResolvers(): PromiseWithResolvers<unknown> {
  let resolve!: (value: unknown) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<unknown>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
