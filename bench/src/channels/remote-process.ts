import { type ChildProcess, fork } from 'node:child_process';

/** Functions of a process, called from another process. Arguments and results are JSON. */
export type RemoteApi = Readonly<Record<string, (...args: never[]) => unknown>>;

interface Call {
  readonly number: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Result {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Process whose functions are called from here. It ends with this process. */
export class RemoteProcess<Api extends RemoteApi> {
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #child: ChildProcess;
  #calls = 0;

  constructor(script: string, args: readonly string[]) {
    this.#child = fork(script, args, {
      execArgv: ['--expose-gc', '--no-warnings'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    this.#child.on('message', ({ number, value, error }: Result) => {
      const waiting = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
    });
    this.#child.once('exit', (code, signal) => {
      const failure = new Error(`${script} ended with ${String(code ?? signal)}`);
      for (const { reject } of this.#waiting.values()) reject(failure);
    });
  }

  /** @throws Error when the function throws, or the process exits before its result */
  call<Name extends keyof Api & string>(
    name: Name,
    ...args: Parameters<Api[Name]>
  ): Promise<Awaited<ReturnType<Api[Name]>>> {
    const number = ++this.#calls;
    const waiting = withResolvers();
    this.#waiting.set(number, waiting);
    this.#child.send({ number, name, args } satisfies Call, (error) => {
      if (error) waiting.reject(error);
    });
    return waiting.promise as Promise<Awaited<ReturnType<Api[Name]>>>;
  }

  stop(): void {
    this.#child.kill();
  }
}

/** Runs the calls that the parent process sends. */
export function serveCalls(api: RemoteApi): void {
  process.on('message', ({ number, name, args }: Call) => {
    const run = api[name] as (...args: readonly unknown[]) => unknown;
    const result = Promise.resolve().then(() => run(...args));
    result.then(
      (value) => {
        answer({ number, value });
      },
      (error: unknown) => {
        answer({ number, error: error instanceof Error ? String(error.stack) : String(error) });
      },
    );
  });
  // The parent is gone.
  process.on('disconnect', () => process.exit());
}

function answer(result: Result): void {
  process.send?.(result);
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
