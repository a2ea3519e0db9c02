import type * as WsDenial from './ws-denial.js';

/** Loads the class on demand: only applications with a gateway have `@nestjs/websockets` installed. */
export function loadWsDenial(): typeof WsDenial {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's extension
  return require('./ws-denial') as typeof WsDenial;
}
