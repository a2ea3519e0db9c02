import type * as WsDenial from './ws-denial.js';

/** Only applications with a gateway have Nest's package for WebSockets installed. */
export function loadWsDenial(): typeof WsDenial {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's extension
  return require('./ws-denial') as typeof WsDenial;
}
