import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, type ClusterNode, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { redisUrlOptions } from './redis-url.js';
import { isRefusedSelect, requireDatabase } from './required-database.js';
import { SafeSentinelConnector } from './safe-sentinel.connector.js';
import { withServerName } from './server-name.js';
import { TlsConnector } from './tls.connector.js';

/** How long a command may take before its caller is answered 503, in milliseconds. */
const COMMAND_TIMEOUT = 250;
/** How long a server may stay silent before the connection counts as dead, in milliseconds. */
const SILENCE_TIMEOUT = 1_000;
/** How many MOVED and ASK a command follows: one after a failover, one more while slots move. */
const MAX_REDIRECTIONS = 3;
/** How often a Cluster's topology is asked for, should no redirection tell of a change first (ms). */
const SLOTS_REFRESH_INTERVAL = 5_000;
/** The longest pause between two attempts to connect, in milliseconds. */
const MAX_RECONNECT_DELAY = 1_000;

/**
 * The ioredis settings that sessions need. ioredis' defaults are made for caches: they send a command
 * again whose reply was lost, after the caller was told that it had failed. A `SET` that comes again
 * after the `DEL` of a logout would bring the session back.
 *
 * For a client that you make yourself: `new Redis(safeRedisOptions({ host }))`. For a Cluster see
 * {@link safeClusterOptions}.
 *
 * @param options Set on top, where they have a value.
 */
export function safeRedisOptions(options: RedisOptions = {}): RedisOptions {
  return {
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: SILENCE_TIMEOUT,
    // Without it a frozen server is waited for, and a failover behind it missed, for ever.
    socketTimeout: SILENCE_TIMEOUT,
    // It would send CLIENT SETINFO, which a Redis user of least privilege may not, and be refused.
    disableClientInfo: true,
    retryStrategy: reconnectDelay,
    // A master that was demoted refuses writes: look for the new one, without sending again.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(options.sentinels && {
      Connector: SafeSentinelConnector,
      failoverDetector: true,
      // With `tls` the master that the Sentinels name is connected to by TLS as well, not only they.
      enableTLSForSentinelMode: true,
    }),
    ...withoutUndefined(options),
    // With Sentinels the connector names each of the servers.
    ...(options.tls && !options.sentinels && { tls: withServerName(options.tls, options.host) }),
  };
}

/**
 * Grows to {@link MAX_RECONNECT_DELAY}, with jitter, so that a fleet does not come back as one.
 *
 * @param attempt From 1.
 * @returns milliseconds
 */
export function reconnectDelay(attempt: number): number {
  const ceiling = Math.min(MAX_RECONNECT_DELAY, 25 * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

/**
 * The same for a Cluster: `new Cluster(nodes, safeClusterOptions())`.
 *
 * ioredis' own would wait and send again what failed with the node that it was sent to: see
 * {@link safeRedisOptions} for what that does to a logout. The nodes keep their offline queues, as
 * ioredis needs them to connect; the Cluster's own is off.
 *
 * @param nodeOptions User, password and TLS of the nodes.
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
    // By their addresses, to which ioredis would resolve the names, certificates are seldom made out.
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

/** A Redis Cluster: some of its nodes, from which the others are learnt. */
export interface RedisClusterTarget {
  readonly nodes: ClusterNode[];
  /** User, password and TLS of the nodes. */
  readonly options?: RedisOptions;
}

/** Where a Redis is: a URL, ioredis options (Sentinels among them), or the nodes of a Cluster. */
export type RedisTarget = string | RedisOptions | RedisClusterTarget;

/** A client with safe settings; what is given in `target` comes on top. */
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

/** An option that is given without a value must not switch a safe setting off. */
function withoutUndefined(options: RedisOptions): RedisOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * A second connection to the same Redis, which ends with the first.
 *
 * @param options What is different about it.
 */
export function duplicateClient(
  client: Redis | Cluster,
  options: RedisOptions = {},
): Redis | Cluster {
  const duplicate =
    client instanceof Cluster ? duplicateCluster(client, options) : client.duplicate(options);
  // A command that needs it fails by itself; without a listener the event would end the process.
  duplicate.on('error', () => undefined);
  requireDatabase(duplicate);
  const endToo = () => {
    duplicate.disconnect();
  };
  client.once('end', endToo);
  // Many duplicates may be opened and closed during the life of one client.
  duplicate.once('end', () => client.off('end', endToo));
  return duplicate;
}

function duplicateCluster(client: Cluster, options: RedisOptions): Cluster {
  const redisOptions = { ...client.options.redisOptions, ...options };
  return connectAhead(client.duplicate([], { redisOptions }));
}

/** Clients that are connecting to their masters. */
const connecting = new WeakMap<Cluster, Promise<unknown>>();

/**
 * Has a Cluster's client connect to its masters when it has become ready, and later to others as it
 * hears of them. By itself it connects with the first command for a master, and refuses all that come
 * while it does. Not before it is ready: its own check would be refused as well.
 *
 * @returns the same client, for which {@link whenReady} waits for that
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
    // The first command tries again, and tells.
    if (client.status === 'ready') connectNode(node).catch(() => undefined);
  });
  return client;
}

async function connectNode(node: Redis): Promise<void> {
  if (node.status === 'wait' && !node.options.readOnly) await node.connect();
}

/** What is unsafe about a client that the application made, as sentences that say how to mend it. */
export function unsafeSettingsOf(client: Redis | Cluster): string[] {
  const options: RedisOptions =
    client instanceof Cluster ? (client.options.redisOptions ?? {}) : client.options;
  const warnings: string[] = [];
  if ('retryDelayOnFailover' in client.options && client.options.retryDelayOnFailover !== 0) {
    warnings.push(
      'retryDelayOnFailover is on: a command whose connection broke is sent again later. Set it to 0.',
    );
  }
  if (options.autoResendUnfulfilledCommands !== false) {
    warnings.push(
      'autoResendUnfulfilledCommands is on: a write whose reply was lost is sent again later and can bring a revoked session back. Set it to false.',
    );
  }
  if (client.options.enableOfflineQueue !== false) {
    warnings.push(
      'enableOfflineQueue is on: while Redis is away requests wait instead of being answered 503. Set it to false.',
    );
  }
  if (options.sentinels && options.tls && !options.enableTLSForSentinelMode) {
    warnings.push(
      'enableTLSForSentinelMode is off: the connection to the master that the Sentinels name is not encrypted. Set it to true.',
    );
  }
  if (options.sentinels && options.failoverDetector && !options.Connector) {
    warnings.push(
      'failoverDetector is on without a Connector: a failover can end the client for good. Make its options with safeRedisOptions({ sentinels, name }).',
    );
  }
  if (options.stringNumbers) {
    warnings.push(
      'stringNumbers is on: times to live come as text, and no session is ever found. Set it to false.',
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
      "reconnectOnError ignores READONLY: after a failover the client stays with the old master, and sign-ins and logouts fail. Return true for an error that begins with 'READONLY'.",
    );
  }
  if (options.commandTimeout === undefined) {
    warnings.push(
      `commandTimeout is not set: a frozen Redis keeps requests waiting. Set it, for instance to ${COMMAND_TIMEOUT}.`,
    );
  }
  if (options.socketTimeout === undefined) {
    warnings.push(
      `socketTimeout is not set: a frozen connection is never given up. Set it, for instance to ${SILENCE_TIMEOUT}.`,
    );
  }
  return warnings;
}

/** Attempts for which a strategy is asked whether it goes on. */
const SAMPLE_ATTEMPTS = [1, 2, 3, 5, 10, 20, 50, 100, 1_000, 100_000];

type RetryStrategy = ClusterOptions['clusterRetryStrategy'];

/** The nodes of a Cluster have no strategy of their own. */
function retryStrategyOf({ options }: Redis | Cluster): [name: string, strategy: RetryStrategy] {
  return 'clusterRetryStrategy' in options
    ? ['clusterRetryStrategy', options.clusterRetryStrategy]
    : ['retryStrategy', (options as RedisOptions).retryStrategy];
}

/** Whether there is an attempt after which the client does not connect again. */
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
 * Resolves once the client is ready to take commands.
 *
 * @param timeout Milliseconds.
 * @returns the last error that the client reported when it was not ready in time, else `null`
 */
export async function whenReady(client: Redis | Cluster, timeout: number): Promise<Error | null> {
  const failure = await whenStatusReady(client, timeout);
  const connected = client instanceof Cluster ? connecting.get(client) : undefined;
  // A master that cannot be reached fails the commands that need it.
  if (connected) await Promise.race([connected, delay(timeout, undefined, { ref: false })]);
  return failure;
}

function whenStatusReady(client: Redis | Cluster, timeout: number): Promise<Error | null> {
  if (client.status === 'ready') return Promise.resolve(null);
  let lastError = new Error(`not connected after ${timeout} ms`);
  const remember = (error: Error) => {
    // It breaks the connection, and whatever fails with that says less.
    if (!isRefusedSelect(lastError)) lastError = error;
  };
  client.on('error', remember);
  // A client made with `lazyConnect` does not connect before it is told to.
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
