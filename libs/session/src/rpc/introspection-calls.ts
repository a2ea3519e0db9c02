import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { describeError } from '../common/describe-error.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { Breaker, BreakerOpenError } from './breaker.js';
import { ConnectionLostError, type IntrospectionClient } from './introspection.client.js';
import type { IntrospectionMessage, IntrospectionMessages } from './introspection.messages.js';
import type { RpcCounters } from './rpc.counters.js';
import type { RpcLimits } from './rpc.options.js';

/** Messages that must not be repeated: a repeated `add` would find its own value and return `taken`. */
const ONCE: readonly IntrospectionMessage[] = ['session.add'];

/**
 * Sends calls to the service that keeps the sessions, each within a time limit. A connection is tried twice.
 * When the connection ends before the response, for instance during a deploy, a repeatable message is sent
 * once more.
 */
export class IntrospectionCalls implements OnApplicationShutdown {
  readonly #logger = new Logger('SessionRpc');
  readonly #breaker: Breaker;
  readonly #timeout: number;

  constructor(
    private readonly client: IntrospectionClient,
    { timeout, breaker }: Pick<RpcLimits, 'timeout' | 'breaker'>,
    private readonly counters: RpcCounters,
    private readonly instruments: SessionInstruments = new SessionInstruments(),
  ) {
    this.#timeout = timeout;
    this.#breaker = new Breaker(breaker, undefined, (isOpen) => {
      this.#changed(isOpen);
    });
  }

  /** @throws SessionStoreUnavailableError when the call was not answered or was rejected */
  send<M extends IntrospectionMessage>(
    pattern: M,
    request: IntrospectionMessages[M]['request'],
  ): Promise<unknown> {
    if (this.instruments.isIdle) return this.#send(pattern, request);
    const message = { pattern, isGrpc: this.client.isGrpc };
    return this.instruments.run({ name: 'call', message }, () => this.#send(pattern, request));
  }

  async #send<M extends IntrospectionMessage>(
    pattern: M,
    request: IntrospectionMessages[M]['request'],
  ): Promise<unknown> {
    try {
      return await this.#breaker.run(() => this.#call(pattern, request));
    } catch (error) {
      if (error instanceof BreakerOpenError) this.counters.refusals += 1;
      throw new SessionStoreUnavailableError({ cause: causeOf(pattern, error) });
    }
  }

  /** Closes the connection. A connection that does not close properly does not block the shutdown. */
  async onApplicationShutdown(): Promise<void> {
    await withinTime(this.#timeout, () => this.client.disconnect()).catch((error: unknown) => {
      this.#logUnclosed(error);
    });
  }

  async #call<M extends IntrospectionMessage>(
    pattern: M,
    request: IntrospectionMessages[M]['request'],
  ): Promise<unknown> {
    this.counters.calls += 1;
    try {
      return await withinTime(this.#timeout, async (signal) => {
        try {
          return await this.#sendOver(signal, pattern, request);
        } catch (error) {
          if (!(error instanceof ConnectionLostError) || ONCE.includes(pattern)) throw error;
          this.counters.retries += 1;
          return this.#sendOver(signal, pattern, request);
        }
      });
    } catch (error) {
      this.counters.failures += 1;
      throw error;
    }
  }

  async #sendOver<M extends IntrospectionMessage>(
    signal: AbortSignal,
    pattern: M,
    request: IntrospectionMessages[M]['request'],
  ): Promise<unknown> {
    await this.#connect(signal);
    signal.throwIfAborted();
    return this.client.send(pattern, request, signal);
  }

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      await this.client.connect();
    } catch {
      signal.throwIfAborted();
      this.counters.retries += 1;
      await this.client.connect();
    }
  }

  #changed(isOpen: boolean): void {
    const wasOpen = this.counters.isOpen;
    this.counters.isOpen = isOpen;
    if (isOpen !== wasOpen) {
      if (isOpen)
        this.#logger.warn('Calls are not answered: requests are denied with 503 until they are');
      else this.#logger.log('Calls are answered again');
    }
    // Otherwise, a connection whose other end vanished silently would be trusted for minutes.
    if (isOpen) {
      this.client.disconnect().catch((error: unknown) => {
        this.#logUnclosed(error);
      });
    }
  }

  #logUnclosed(error: unknown): void {
    this.#logger.warn(`A connection was not closed cleanly: ${describeError(error)}`);
  }
}

/** @throws Error after `limit` milliseconds, whatever the outcome of the work */
async function withinTime<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`no answer within ${limit} ms`);
      reject(error);
      abort.abort(error);
    }, limit);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Converts an error to an `Error`: Nest's clients reject with any value that the other side sent. */
function causeOf(pattern: string, error: unknown): Error {
  if (error instanceof Error) return error;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const words = [code, message].filter((it) => typeof it === 'string').join(': ');
  return new Error(`${pattern} was refused: ${words === '' ? String(error) : words}`);
}
