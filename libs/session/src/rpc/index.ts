/**
 * Introspection: reads sessions from the issuing service instead of from Redis.
 *
 * @module nest-sessions/rpc
 */

export { RpcCounters } from './rpc.counters.js';
export type { RpcLimits, RpcOptions } from './rpc.options.js';
export { RpcSessionStore, type RpcSessionStoreOptions } from './rpc-session.store.js';
export { SessionRpcModule } from './session-rpc.module.js';
export { SessionIntrospectionModule } from './session-introspection.module.js';
