export type { RpcCounters } from './rpc.counters.js';
export type { RpcLimits, RpcOptions } from './rpc.options.js';
export { RpcSessionStore, type RpcSessionStoreOptions } from './rpc-session.store.js';
export { SessionIntrospectionModule } from './session-introspection.module.js';
