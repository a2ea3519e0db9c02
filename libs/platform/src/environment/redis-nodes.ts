import type { ConnectionOptions } from 'node:tls';
import { ValidateBy } from 'class-validator';

/** Servers of one Sentinel group or Cluster, and how to sign in to the Redis behind them. */
export interface RedisNodes {
  readonly nodes: readonly { host: string; port: number }[];
  readonly username?: string;
  readonly password?: string;
  /** Present when the connections are encrypted. */
  readonly tls?: ConnectionOptions;
}

/**
 * Reads `host:port,host:port`. An entry may be a URL, as in `rediss://orders:secret@host:port,host`:
 * the user, the password and the encryption that one of them names hold for all.
 *
 * @returns the text itself when it cannot be read, for {@link IsRedisNodes} to refuse
 */
export function toRedisNodes(text: string): RedisNodes | string {
  const urls: URL[] = [];
  for (const entry of text.split(',').map((it) => it.trim())) {
    const url = entry.includes('://') ? entry : `redis://${entry}`;
    if (!URL.canParse(url)) return text;
    urls.push(new URL(url));
  }
  if (urls.some(({ protocol, port }) => !/^rediss?:$/.test(protocol) || port === '')) return text;
  const { username, password } = urls.find((url) => url.password !== '') ?? {};
  return {
    nodes: urls.map(({ hostname, port }) => ({
      // Without the brackets of an IPv6 address, which belong to the URL.
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port),
    })),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(urls.some(({ protocol }) => protocol === 'rediss:') && { tls: {} }),
  };
}

/** A list that {@link toRedisNodes} could read. The message does not repeat it: see above. */
export function IsRedisNodes(): PropertyDecorator {
  return ValidateBy({
    name: 'isRedisNodes',
    validator: {
      validate: (value) => typeof value === 'object',
      defaultMessage: () =>
        'give servers with their ports, separated by commas, such as 10.0.0.1:26379,10.0.0.2:26379.',
    },
  });
}
