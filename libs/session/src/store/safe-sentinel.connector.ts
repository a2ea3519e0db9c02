import { type SentinelConnectionOptions, SentinelConnector } from 'ioredis';

/**
 * Finds the master by the Sentinels and, unlike the connector of ioredis, never gives up.
 *
 * With `failoverDetector` ioredis subscribes to the Sentinels' `+switch-master` and breaks the connection
 * when it hears of one. The subscription outlives the connection that it belongs to: a failover that is
 * announced while the client looks for the new master breaks off that attempt, which ends the client
 * without asking its `retryStrategy`. This connector ends the subscription before it connects again.
 */
export class SafeSentinelConnector extends SentinelConnector {
  /** @param options Those of the client: ioredis declares them as `unknown`. */
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
  }

  override connect(
    ...args: Parameters<SentinelConnector['connect']>
  ): ReturnType<SentinelConnector['connect']> {
    this.disconnect();
    return super.connect(...args);
  }
}
