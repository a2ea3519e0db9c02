import type { ClientOptions } from '@nestjs/microservices';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../common/duration.js';
import { requireServiceName } from '../common/service-name.js';
import type { BreakerLimits } from './breaker.js';

/** Options with which a service without Redis reaches the service that keeps the sessions. */
export interface RpcOptions {
  /** Nest's client options, of any transport: where the other service listens. */
  client: ClientOptions;
  /**
   * Name of the other service, as in its own option `service`.
   * @default 'auth'
   */
  audience?: string;
  /**
   * Time limit of a call, including the connection.
   * @default '1s'
   */
  timeout?: Duration;
  /**
   * Time for which sessions are kept in this process' memory: a logout takes effect that much later. Routes
   * with `@SkipCache()` always ask.
   * @default undefined (every request asks)
   */
  cache?: Duration;
  /**
   * Maximum number of kept sessions. Beyond it, the session fetched longest ago is dropped.
   * @default 10_000
   */
  cacheEntries?: number;
  /**
   * Circuit breaker, which pauses calls to a service that does not answer.
   * @default a pause of `'1s'` after 5 failures in a row
   */
  breaker?: {
    /**
     * Number of failures in a row that pauses the calls.
     * @default 5
     */
    failures?: number;
    /**
     * Time for which no call is made then.
     * @default '1s'
     */
    pause?: Duration;
  };
}

/** {@link RpcOptions} with every default filled in, and checked. Times are milliseconds. */
export interface RpcLimits {
  readonly client: ClientOptions;
  readonly audience: string;
  readonly timeout: number;
  /** `null` when every request asks. */
  readonly cache: { readonly maxAge: number; readonly maxEntries: number } | null;
  readonly breaker: BreakerLimits;
}

/** @throws SessionOptionsError naming the option and its expected value */
export function rpcLimitsOf({
  client,
  audience = 'auth',
  timeout = '1s',
  cache,
  cacheEntries = 10_000,
  breaker: { failures = 5, pause = '1s' } = {},
}: RpcOptions): RpcLimits {
  requireServiceName('audience', audience);
  requireCount('cacheEntries', cacheEntries);
  requireCount('breaker.failures', failures);
  return {
    client,
    audience,
    timeout: toMilliseconds('timeout', timeout),
    cache:
      cache === undefined
        ? null
        : { maxAge: toMilliseconds('cache', cache), maxEntries: cacheEntries },
    breaker: { failures, pause: toMilliseconds('breaker.pause', pause) },
  };
}

function requireCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new SessionOptionsError(`${option} must be a whole number of 1 or more, got ${value}.`);
}
