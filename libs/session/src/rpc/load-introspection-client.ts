import type * as Opening from './open-introspection-client.js';

/** Only who asks over Nest's transports has their package installed. */
export function loadIntrospectionClient(): typeof Opening {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` wants a file's extension
  return require('./open-introspection-client') as typeof Opening;
}
