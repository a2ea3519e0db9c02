import {
  type NatMap,
  type Redis,
  type SentinelAddress,
  type SentinelConnectionOptions,
  SentinelConnector,
} from 'ioredis';
import { serverName, withServerName } from './server-name.js';

/** Private in the types of ioredis. */
interface Internals {
  connectToSentinel(endpoint: Partial<SentinelAddress>, options?: object): Redis;
}

/**
 * Finds the master by the Sentinels and, unlike the connector of ioredis, never gives up, and names the
 * servers that it connects to by TLS.
 *
 * With `failoverDetector` ioredis subscribes to the Sentinels' `+switch-master` and breaks the connection
 * when it hears of one. The subscription outlives the connection that it belongs to: a failover that is
 * announced while the client looks for the new master breaks off that attempt, which ends the client
 * without asking its `retryStrategy`. This connector ends the subscription before it connects again.
 */
export class SafeSentinelConnector extends SentinelConnector {
  /** @param options Those of the client: ioredis declares them as `unknown`. */
  constructor(options: unknown) {
    const own = options as SentinelConnectionOptions;
    // Of the address that it gives, all goes into the connection.
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

/** @param key `host:port`, as the Sentinels say. */
function translated(map: NatMap | undefined, key: string): Address {
  const colon = key.lastIndexOf(':');
  const address = { host: key.slice(0, colon), port: Number(key.slice(colon + 1)) };
  const other = typeof map === 'function' ? map(key) : map?.[key];
  return other ?? address;
}

function withName(address: Address): Address {
  return { ...serverName(address.host), ...address };
}
