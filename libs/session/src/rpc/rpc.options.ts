import type { ClientOptions } from '@nestjs/microservices';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../options/duration.js';
import { requireServiceName } from '../options/service-name.js';
import type { BreakerLimits } from './breaker.js';

/** How a service without a Redis reaches the one that keeps the sessions. */
export interface RpcOptions {
  /** Nest's own options of a client, of any transport: where that service listens. */
  client: ClientOptions;
  /**
   * What that service is called, as it says itself in `service`.
   * @default 'auth'
   */
  audience?: string;
  /**
   * How long a call may take, connecting included.
   * @default '1s'
   */
  timeout?: Duration;
  /**
   * Keeps sessions in this process' memory for so long: a logout is noticed that much later. What
   * `@RequireFresh()` marks is asked for all the same.
   * @default undefined (every request asks)
   */
  cache?: Duration;
  /**
   * How many sessions are kept; of the others those go first that were asked for longest ago.
   * @default 10_000
   */
  cacheEntries?: number;
  /** When calls are given up for a while that are not answered. */
  breaker?: {
    /**
     * So many failures in a row.
     * @default 5
     */
    failures?: number;
    /**
     * How long no call is made then.
     * @default '1s'
     */
    pause?: Duration;
  };
}

/** The same with every default filled in, and checked. Times are milliseconds. */
export interface RpcLimits {
  readonly client: ClientOptions;
  readonly audience: string;
  readonly timeout: number;
  /** `null` when every request asks. */
  readonly cache: { readonly maxAge: number; readonly maxEntries: number } | null;
  readonly breaker: BreakerLimits;
}

/** @throws SessionOptionsError naming the option and what it should be */
export function rpcLimitsOf({
  client,
  audience = 'auth',
  timeout = '1s',
  cache,
  cacheEntries = 10_000,
  breaker: { failures = 5, pause = '1s' } = {},
}: RpcOptions): RpcLimits {
  requireServiceName('rpc.audience', audience);
  requireCount('rpc.cacheEntries', cacheEntries);
  requireCount('rpc.breaker.failures', failures);
  return {
    client,
    audience,
    timeout: toMilliseconds('rpc.timeout', timeout),
    cache:
      cache === undefined
        ? null
        : { maxAge: toMilliseconds('rpc.cache', cache), maxEntries: cacheEntries },
    breaker: { failures, pause: toMilliseconds('rpc.breaker.pause', pause) },
  };
}

function requireCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new SessionOptionsError(`${option}: give a whole number, 1 or more.`);
}
