import { type PostgresAddress } from './postgres-address';

/**
 * What the process that keeps PostgreSQL tells the app that started it. The app says nothing: that
 * the channel is open is the order to run, that it closes, for whatever reason, the order to end.
 */
export type KeeperMessage =
  | { readonly type: 'ready'; readonly address: PostgresAddress }
  /** Another server holds the cluster: it may be used, or it is about to end. */
  | { readonly type: 'in-use'; readonly reason: string }
  | { readonly type: 'failed'; readonly reason: string }
  /** PostgreSQL had been ready and ended by itself. */
  | { readonly type: 'died'; readonly reason: string };
