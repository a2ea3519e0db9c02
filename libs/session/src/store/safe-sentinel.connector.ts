import {
  type NatMap,
  type Redis,
  type SentinelAddress,
  type SentinelConnectionOptions,
  SentinelConnector,
} from 'ioredis';
import { serverName, withServerName } from './server-name.js';

/** Members that are private in the types of ioredis. */
interface Internals {
  connectToSentinel(endpoint: Partial<SentinelAddress>, options?: object): Redis;
}

/**
 * Finds the master through the Sentinels. Unlike the connector of ioredis, it never gives up, and sends a
 * server name in each TLS handshake.
 *
 * With `failoverDetector`, ioredis subscribes to the Sentinels' `+switch-master` and closes the connection
 * on each message. The subscription outlives its connection: a failover that is announced while the client
 * looks for the new master aborts that attempt. This ends the client without a call of its `retryStrategy`.
 * This connector ends the subscription before it connects again.
 */
export class SafeSentinelConnector extends SentinelConnector {
  /** @param options Options of the client, which ioredis declares as `unknown`. */
  constructor(options: unknown) {
    const own = options as SentinelConnectionOptions;
    // ioredis passes all fields of the returned address to the connection.
    super({ ...own, natMap: (key) => withName(translated(own.natMap, key)) });
    const self = this as unknown as Internals;
    const connectToSentinel = self.connectToSentinel.bind(this);
    self.connectToSentinel = (endpoint, more) => {
      const tls = own.sentinelTLS && withServerName(own.sentinelTLS, endpoint.host);
      return connectToSentinel(endpoint, { ...(tls && { tls }), ...more });
    };
  }

  override connect(
    ...args: Parameters<SentinelConnector['connect']>
  ): ReturnType<SentinelConnector['connect']> {
    this.disconnect();
    return super.connect(...args);
  }
}

interface Address {
  host: string;
  port: number;
}

/** @param key `host:port`, as the Sentinels report it. */
function translated(map: NatMap | undefined, key: string): Address {
  const colon = key.lastIndexOf(':');
  const address = { host: key.slice(0, colon), port: Number(key.slice(colon + 1)) };
  const other = typeof map === 'function' ? map(key) : map?.[key];
  return other ?? address;
}

function withName(address: Address): Address {
  return { ...serverName(address.host), ...address };
}
