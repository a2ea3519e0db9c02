import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, type ClusterNode, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { redisUrlOptions } from './redis-url.js';
import { isRefusedSelect, requireDatabase } from './required-database.js';
import { SafeSentinelConnector } from './safe-sentinel.connector.js';
import { withServerName } from './server-name.js';
import { TlsConnector } from './tls.connector.js';

/** Timeout of a command, after which the caller gets a 503, in milliseconds. */
const COMMAND_TIMEOUT = 250;
/** Time without data from the server after which the connection counts as dead, in milliseconds. */
const SILENCE_TIMEOUT = 1_000;
/** Maximum number of MOVED and ASK per command: one after a failover, one more while slots move. */
const MAX_REDIRECTIONS = 3;
/** Interval of reading a Cluster's topology if no redirection reveals a change first, in milliseconds. */
const SLOTS_REFRESH_INTERVAL = 5_000;
/** Maximum delay between two attempts to connect, in milliseconds. */
const MAX_RECONNECT_DELAY = 1_000;

/**
 * Returns the ioredis options that sessions need. The ioredis defaults are made for caches: they resend a
 * command whose reply was lost, although the caller already got an error. A `SET` that is resent after the
 * `DEL` of a logout would bring the session back.
 *
 * For a client that you create yourself: `new Redis(safeRedisOptions({ host }))`. For a Cluster see
 * {@link safeClusterOptions}.
 *
 * @param options Options with a value override the safe settings.
 *
 * @example
 * const client = new Redis(safeRedisOptions({ host: 'redis.example.com', tls: {} }));
 */
export function safeRedisOptions(options: RedisOptions = {}): RedisOptions {
  return {
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: SILENCE_TIMEOUT,
    // Without this timeout, the client waits for a frozen server forever and misses its failover.
    socketTimeout: SILENCE_TIMEOUT,
    // The client would send CLIENT SETINFO, which Redis denies to a least-privilege user.
    disableClientInfo: true,
    retryStrategy: reconnectDelay,
    // A demoted master rejects writes: find the new master, without resending the command.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(options.sentinels && {
      Connector: SafeSentinelConnector,
      failoverDetector: true,
      // With `tls`, the client uses TLS also for the master that the Sentinels name.
      enableTLSForSentinelMode: true,
    }),
    ...withoutUndefined(options),
    // With Sentinels, the connector sets the name of each server.
    ...(options.tls && !options.sentinels && { tls: withServerName(options.tls, options.host) }),
  };
}

/**
 * Returns the back-off before an attempt to reconnect. It grows to {@link MAX_RECONNECT_DELAY}, with
 * jitter, so that the instances do not reconnect all at once.
 *
 * @param attempt From 1.
 * @returns milliseconds
 */
export function reconnectDelay(attempt: number): number {
  const ceiling = Math.min(MAX_RECONNECT_DELAY, 25 * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

/**
 * Returns the options that sessions need for a Cluster: `new Cluster(nodes, safeClusterOptions())`.
 *
 * By default, ioredis waits and resends commands that failed with their node: see {@link safeRedisOptions}
 * for the effect on a logout. The nodes keep their offline queues, which ioredis needs to connect. The
 * Cluster's own offline queue is off.
 *
 * @param nodeOptions User, password and TLS of the nodes.
 *
 * @example
 * ```ts
 * const nodes = [{ host: '10.0.0.1', port: 6379 }, { host: '10.0.0.2', port: 6379 }];
 * const client = new Cluster(nodes, safeClusterOptions({ username: 'orders', password }));
 * ```
 */
export function safeClusterOptions(nodeOptions: RedisOptions = {}): ClusterOptions {
  const { autoResendUnfulfilledCommands, maxRetriesPerRequest, disableClientInfo } =
    safeRedisOptions();
  return {
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: MAX_REDIRECTIONS,
    slotsRefreshTimeout: SILENCE_TIMEOUT,
    slotsRefreshInterval: SLOTS_REFRESH_INTERVAL,
    clusterRetryStrategy: reconnectDelay,
    // ioredis would resolve the names to addresses, which certificates seldom contain.
    ...(nodeOptions.tls && { dnsLookup: keepName }),
    redisOptions: {
      ...(nodeOptions.tls && { Connector: TlsConnector }),
      autoResendUnfulfilledCommands,
      maxRetriesPerRequest,
      disableClientInfo,
      commandTimeout: COMMAND_TIMEOUT,
      connectTimeout: SILENCE_TIMEOUT,
      socketTimeout: SILENCE_TIMEOUT,
      ...withoutUndefined(nodeOptions),
    },
  };
}

const keepName: ClusterOptions['dnsLookup'] = (name, callback) => {
  callback(null, name);
};

/** Redis Cluster: some of its nodes, from which the client discovers the others. */
export interface RedisClusterTarget {
  /** Some nodes of the Cluster, with their ports. */
  readonly nodes: ClusterNode[];
  /** User, password and TLS of the nodes. */
  readonly options?: RedisOptions;
}

/** Address of a Redis: a URL, ioredis options (also for Sentinels), or the nodes of a Cluster. */
export type RedisTarget = string | RedisOptions | RedisClusterTarget;

/**
 * Creates a client with safe settings, which options in `target` override.
 *
 * @example
 * ```ts
 * const client = createRedisClient('rediss://sessions:password@redis.example.com:6379');
 * ```
 */
export function createRedisClient(target: string | RedisOptions): Redis;
export function createRedisClient(target: RedisTarget): Redis | Cluster;
export function createRedisClient(target: RedisTarget): Redis | Cluster {
  if (typeof target !== 'string' && 'nodes' in target) {
    return connectAhead(new Cluster(target.nodes, safeClusterOptions(target.options)));
  }
  const options = typeof target === 'string' ? redisUrlOptions(target) : target;
  const client = new Redis(safeRedisOptions(options));
  requireDatabase(client);
  return client;
}

/** Drops options without a value, so that they do not switch a safe setting off. */
function withoutUndefined(options: RedisOptions): RedisOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * Opens a second connection to the same Redis, which ends with the first.
 *
 * @param options Options that differ from those of the first.
 */
export function duplicateClient(
  client: Redis | Cluster,
  options: RedisOptions = {},
): Redis | Cluster {
  const duplicate =
    client instanceof Cluster ? duplicateCluster(client, options) : client.duplicate(options);
  // Commands on this connection fail by themselves. An 'error' event without a listener ends the process.
  duplicate.on('error', () => undefined);
  requireDatabase(duplicate);
  const endToo = () => {
    duplicate.disconnect();
  };
  client.once('end', endToo);
  // One client may have many duplicates during its life.
  duplicate.once('end', () => client.off('end', endToo));
  return duplicate;
}

function duplicateCluster(client: Cluster, options: RedisOptions): Cluster {
  const redisOptions = { ...client.options.redisOptions, ...options };
  return connectAhead(client.duplicate([], { redisOptions }));
}

/** Clients that are connecting to their masters, with the promise of all these connections. */
const connecting = new WeakMap<Cluster, Promise<unknown>>();

/**
 * Connects a Cluster's client to its masters once the client is ready, and to other masters as it discovers
 * them. By default, ioredis connects to a master with the first command for it, and rejects further commands
 * until that connection is ready. Before the client is ready, ioredis would also reject its own check.
 *
 * @returns the same client; {@link whenReady} waits for these connections
 */
export function connectAhead(client: Cluster): Cluster {
  const connectAll = () => {
    const connected = Promise.allSettled(client.nodes('master').map(connectNode)).then(() => {
      connecting.delete(client);
    });
    connecting.set(client, connected);
  };
  if (client.status === 'ready') connectAll();
  client.on('ready', connectAll);
  client.on('+node', (node: Redis) => {
    // The first command for the node connects again, and reports the failure.
    if (client.status === 'ready') connectNode(node).catch(() => undefined);
  });
  return client;
}

async function connectNode(node: Redis): Promise<void> {
  if (node.status === 'wait' && !node.options.readOnly) await node.connect();
}

/** Returns the unsafe settings of an application's client, as sentences that explain how to fix them. */
export function unsafeSettingsOf(client: Redis | Cluster): string[] {
  const options: RedisOptions =
    client instanceof Cluster ? (client.options.redisOptions ?? {}) : client.options;
  const warnings: string[] = [];
  if ('retryDelayOnFailover' in client.options && client.options.retryDelayOnFailover !== 0) {
    warnings.push(
      'retryDelayOnFailover is on: a command is sent again after its connection broke. Set it to 0.',
    );
  }
  if (options.autoResendUnfulfilledCommands !== false) {
    warnings.push(
      'autoResendUnfulfilledCommands is on: a write whose reply was lost is sent again later and can bring a revoked session back. Set it to false.',
    );
  }
  if (client.options.enableOfflineQueue !== false) {
    warnings.push(
      'enableOfflineQueue is on: during an outage of Redis, requests wait instead of failing with 503. Set it to false.',
    );
  }
  if (options.sentinels && options.tls && !options.enableTLSForSentinelMode) {
    warnings.push(
      'enableTLSForSentinelMode is off: the connection to the master that the Sentinels name is not encrypted. Set it to true.',
    );
  }
  if (options.sentinels && options.failoverDetector && !options.Connector) {
    warnings.push(
      'failoverDetector is on without a Connector: a failover can end the client permanently. Create its options with safeRedisOptions({ sentinels, name }).',
    );
  }
  if (options.stringNumbers) {
    warnings.push(
      'stringNumbers is on: Redis returns TTLs as strings, and no session is ever found. Set it to false.',
    );
  }
  const [strategyName, strategy] = retryStrategyOf(client);
  if (givesUp(strategy)) {
    warnings.push(
      `${strategyName} gives up: after a longer outage the client never connects again, and the service answers 503 until it is restarted. Return a number of milliseconds for every attempt.`,
    );
  }
  if (client instanceof Redis && isBlindToDemotion(options)) {
    warnings.push(
      'reconnectOnError ignores READONLY: after a failover the client stays connected to the ' +
        'old master, and sign-ins and logouts fail. Return true for an error that begins with ' +
        "'READONLY'.",
    );
  }
  if (options.commandTimeout === undefined) {
    warnings.push(
      `commandTimeout is not set: a frozen Redis keeps requests waiting. Set it, for example to ${COMMAND_TIMEOUT}.`,
    );
  }
  if (options.socketTimeout === undefined) {
    warnings.push(
      `socketTimeout is not set: a frozen connection is never closed. Set it, for example to ${SILENCE_TIMEOUT}.`,
    );
  }
  return warnings;
}

/** Attempt numbers for which a retry strategy is probed. */
const SAMPLE_ATTEMPTS = [1, 2, 3, 5, 10, 20, 50, 100, 1_000, 100_000];

type RetryStrategy = ClusterOptions['clusterRetryStrategy'];

/** Returns the client's retry strategy; the nodes of a Cluster have none of their own. */
function retryStrategyOf({ options }: Redis | Cluster): [name: string, strategy: RetryStrategy] {
  return 'clusterRetryStrategy' in options
    ? ['clusterRetryStrategy', options.clusterRetryStrategy]
    : ['retryStrategy', (options as RedisOptions).retryStrategy];
}

/** Whether the strategy stops reconnecting after one of {@link SAMPLE_ATTEMPTS}. */
function givesUp(strategy: RetryStrategy): boolean {
  if (typeof strategy !== 'function') return true;
  try {
    return SAMPLE_ATTEMPTS.some((attempt) => typeof strategy(attempt) !== 'number');
  } catch {
    return true;
  }
}

function isBlindToDemotion({ reconnectOnError }: RedisOptions): boolean {
  if (typeof reconnectOnError !== 'function') return true;
  try {
    const error = new Error("READONLY You can't write against a read only replica.");
    return !reconnectOnError(error);
  } catch {
    return true;
  }
}

/**
 * Waits until the client is ready for commands, or the timeout has passed.
 *
 * @param timeout Milliseconds.
 * @returns `null` when the client was ready in time, otherwise the last error that it reported, or its
 *   refused `SELECT`
 *
 * @example
 * ```ts
 * const client = createRedisClient('redis://localhost:6379');
 * const failure = await whenReady(client, 5_000);
 * if (failure !== null) throw failure;
 * ```
 */
export async function whenReady(client: Redis | Cluster, timeout: number): Promise<Error | null> {
  const failure = await whenStatusReady(client, timeout);
  const connected = client instanceof Cluster ? connecting.get(client) : undefined;
  // An unreachable master only fails the commands that need it.
  if (connected) await Promise.race([connected, delay(timeout, undefined, { ref: false })]);
  return failure;
}

function whenStatusReady(client: Redis | Cluster, timeout: number): Promise<Error | null> {
  if (client.status === 'ready') return Promise.resolve(null);
  let lastError = new Error(`not connected after ${timeout} ms`);
  const remember = (error: Error) => {
    // A refused `SELECT` breaks the connection, and the errors that follow are less specific.
    if (!isRefusedSelect(lastError)) lastError = error;
  };
  client.on('error', remember);
  // A client with `lazyConnect` does not connect by itself.
  if (client.status === 'wait') client.connect().catch(remember);
  return new Promise((resolve) => {
    const settle = (failure: Error | null) => {
      clearTimeout(timer);
      client.off('error', remember);
      client.off('ready', succeed);
      resolve(failure);
    };
    const succeed = () => {
      settle(null);
    };
    const timer = setTimeout(() => {
      settle(lastError);
    }, timeout);
    client.on('ready', succeed);
  });
}
