import { backOff } from './back-off';
import { ConnectionState } from './connection-state';
import { type ProblemBody, ProblemError } from './problem.error';

/** Reactions to responses that every call may receive. */
export interface ApiClientHooks {
  /** Reacts to a 401: the session has ended. */
  readonly onSignedOut: () => void;
  /** Asks for the password. Resolves to `false` when the user cancels. */
  readonly onReauthenticate: () => Promise<boolean>;
}

export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly repeatedQuery?: Readonly<Record<string, readonly string[]>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** `false`: a 401 is a result of this call, such as a wrong password. */
  readonly needsSession?: boolean;
}

/** Waits; rejects when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/**
 * Calls of the API. A call that reads waits for a server that does not answer, and reports that to
 * `connection`; a call that changes something fails at once, because it may have taken effect.
 */
export class ApiClient {
  readonly connection = new ConnectionState();
  hooks: ApiClientHooks = {
    onSignedOut: () => undefined,
    onReauthenticate: () => Promise.resolve(false),
  };

  constructor(
    private readonly send: typeof fetch,
    private readonly wait: Wait = waitFor,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * @returns the parsed body, `null` for an empty one
   * @throws ProblemError for any status but 2xx, and with status 0 when no response came
   */
  async call<T>(path: string, call: ApiCall = {}): Promise<T> {
    try {
      return (await this.#attempt(path, call)) as T;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const { needsSession = true } = call;
      if (error.status === 401 && needsSession) this.hooks.onSignedOut();
      if (error.code !== 'ERR_SESSION_REAUTHENTICATION_REQUIRED' || !needsSession) throw error;
      if (!(await this.hooks.onReauthenticate())) throw error;
      return (await this.#attempt(path, call)) as T;
    }
  }

  async #attempt(path: string, call: ApiCall): Promise<unknown> {
    const owner = {};
    try {
      for (let failures = 1; ; failures++) {
        try {
          return await this.#once(path, call);
        } catch (error) {
          const repeats = error instanceof ProblemError && error.isOutage;
          if (!repeats || (call.method ?? 'GET') !== 'GET') throw error;
          this.connection.lost(owner, error.status === 0 ? 'offline' : 'store');
          await this.wait(backOff(failures, error.retryAfter, this.random()), call.signal);
        }
      }
    } finally {
      this.connection.settled(owner);
    }
  }

  async #once(path: string, { method = 'GET', body, signal, ...call }: ApiCall): Promise<unknown> {
    let answer: Response;
    try {
      answer = await this.send(path + queryText(call), {
        method,
        credentials: 'same-origin',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ProblemError(0, { detail: String(error) });
    }
    const text = await answer.text();
    if (answer.ok) return text === '' ? null : parse(text);
    throw new ProblemError(answer.status, problemOf(text), secondsOf(answer));
  }
}

function queryText({ query = {}, repeatedQuery = {} }: ApiCall): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  for (const [name, values] of Object.entries(repeatedQuery)) {
    for (const value of values) parameters.append(name, value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError(502, {
      detail: 'The answer is not JSON: a proxy may have replaced it.',
    });
  }
}

function problemOf(text: string): ProblemBody {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

function secondsOf(answer: Response): number | null {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

/** Waits for a time in milliseconds. */
export function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
