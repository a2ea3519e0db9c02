import { type PostgresAddress } from './postgres-address';

/**
 * Messages from the process that keeps PostgreSQL to the app that started it. The app sends no messages: the
 * open channel is the order to run, and a close of the channel, for whatever reason, is the order to end.
 */
export type KeeperMessage =
  | { readonly type: 'ready'; readonly address: PostgresAddress }
  /** Another server holds the cluster. The app may use that server, or the server is about to end. */
  | { readonly type: 'in-use'; readonly reason: string }
  | { readonly type: 'failed'; readonly reason: string }
  /** PostgreSQL was ready and then ended by itself. */
  | { readonly type: 'died'; readonly reason: string };
