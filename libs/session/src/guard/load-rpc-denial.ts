import type * as RpcDenial from './rpc-denial.js';

/** Only who takes messages has Nest's package for them installed. */
export function loadRpcDenial(): typeof RpcDenial {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's extension
  return require('./rpc-denial') as typeof RpcDenial;
}
