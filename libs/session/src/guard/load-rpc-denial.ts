import type * as RpcDenial from './rpc-denial.js';

/** Loads the class on demand: only applications with messages have `@nestjs/microservices` installed. */
export function loadRpcDenial(): typeof RpcDenial {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's extension
  return require('./rpc-denial') as typeof RpcDenial;
}
