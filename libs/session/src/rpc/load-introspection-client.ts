import type * as Opening from './open-introspection-client.js';

/** Loads the client lazily: only services that call over RPC have `@nestjs/microservices` installed. */
export function loadIntrospectionClient(): typeof Opening {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's extension
  return require('./open-introspection-client') as typeof Opening;
}
