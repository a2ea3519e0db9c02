import type { SessionModuleOptions } from '../options/session.options.js';

/** Describes options that name no store. `redis` without a value is, as a rule, a variable that is not set. */
export function describeMissingStore(options: SessionModuleOptions): string {
  return 'redis' in options
    ? `SessionModule: 'redis' is ${options.redis === '' ? 'empty' : 'undefined'}. Set the environment variable from which it is read to a URL, for example REDIS_URL=redis://localhost:6379.`
    : "SessionModule has no session store. Give it a 'client', 'redis', 'store' or 'source', or import SessionRpcModule or SessionGatewayModule.";
}
