import type { RedisOptions } from 'ioredis';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { withServerName } from './server-name.js';

const DEFAULT_PORT = 6379;

/** Query parameters with a whole number: milliseconds, or the address family. */
const NUMBERS = ['commandTimeout', 'connectTimeout', 'socketTimeout', 'family'] as const;

/** Query parameters with text. */
const TEXTS = ['keyPrefix', 'connectionName'] as const;

const WHOLE_NUMBER = /^\d{1,9}$/;

/**
 * Parses a Redis URL into ioredis options. ioredis itself would read numbers as text, ignore unknown
 * parameters, and send no server name to a TLS server.
 *
 * `redis://user:password@host:6379/0?commandTimeout=500`, or `rediss://` with TLS.
 *
 * @param option Name of the option with the URL, for the message.
 * @throws SessionOptionsError that names the mistake, without the password
 *
 * @example
 * ```ts
 * const options = redisUrlOptions('rediss://orders:secret@redis.example.com:6379');
 * const client = new Redis(safeRedisOptions(options));
 * ```
 */
export function redisUrlOptions(text: string, option = 'redis'): RedisOptions {
  const refuse = (reason: string): never => {
    throw new SessionOptionsError(`${option}: ${reason}`);
  };
  if (!URL.canParse(text) || !/^rediss?:$/.test(new URL(text).protocol)) {
    return refuse("give a URL such as 'redis://127.0.0.1:6379', or rediss:// for TLS.");
  }
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(text);
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (host === '') return refuse('name the host, as in redis://127.0.0.1:6379.');
  const options: RedisOptions = {
    host,
    port: port === '' ? DEFAULT_PORT : Number(port),
    ...(username !== '' && { username: decoded(username, refuse) }),
    ...(password !== '' && { password: decoded(password, refuse) }),
    ...(protocol === 'rediss:' && { tls: withServerName({}, host) }),
  };
  const database = pathname.slice(1);
  if (database !== '') {
    if (!WHOLE_NUMBER.test(database)) return refuse(`'/${database}' is not a database number.`);
    options.db = Number(database);
  }
  for (const [name, value] of searchParams) {
    if (isOneOf(NUMBERS, name)) {
      if (!WHOLE_NUMBER.test(value)) return refuse(`${name}: give a whole number.`);
      options[name] = Number(value);
    } else if (isOneOf(TEXTS, name)) options[name] = value;
    else return refuse(`'${name}' is unknown. Use ${[...NUMBERS, ...TEXTS].join(', ')}.`);
  }
  return options;
}

function decoded(part: string, refuse: (reason: string) => never): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse("write a '%' in the user or the password as '%25'.");
  }
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}

/** Sentinels, or nodes of a Cluster, and their common options. */
export interface RedisNodes {
  readonly nodes: { host: string; port: number }[];
  readonly options: RedisOptions;
}

/**
 * Parses a list of servers such as `redis://user:password@10.0.0.1:26379,10.0.0.2:26379/0?keyPrefix=app:`.
 * Each server needs a port. The other parts are those of {@link redisUrlOptions}. They apply to all servers,
 * and may be part of any entry. A comma within them is written as `%2C`.
 *
 * @param option Name of the option with the list, for the message.
 * @throws SessionOptionsError that names the mistake, without the password
 *
 * @example
 * ```ts
 * const { nodes, options } = redisNodesOptions('10.0.0.1:6379,10.0.0.2:6379', 'REDIS_CLUSTER');
 * const client = new Cluster(nodes, safeClusterOptions(options));
 * ```
 */
export function redisNodesOptions(text: string, option: string): RedisNodes {
  const refuse = (reason: string): never => {
    throw new SessionOptionsError(`${option}: ${reason}`);
  };
  const nodes: RedisNodes['nodes'] = [];
  const options: Record<string, unknown> = {};
  for (const entry of text.split(',').map((it) => it.trim())) {
    const url = entry.includes('://') ? entry : `redis://${entry}`;
    if (!URL.canParse(url) || new URL(url).port === '') {
      refuse(
        'give servers with their ports, separated by commas, such as 10.0.0.1:26379,10.0.0.2:26379.',
      );
    }
    const { host = '', port = DEFAULT_PORT, tls, ...others } = redisUrlOptions(url, option);
    nodes.push({ host, port });
    for (const [name, value] of Object.entries({ ...others, ...(tls && { tls: true }) })) {
      if ((options[name] ?? value) !== value) {
        refuse(`'${name}' differs between the servers: set it once.`);
      }
      options[name] = value;
    }
  }
  return { nodes, options: { ...options, ...(options.tls === true && { tls: {} }) } };
}
