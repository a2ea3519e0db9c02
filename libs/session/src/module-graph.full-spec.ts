import { entryPoints } from '../../../tools/package/entry-points.js';
import { moduleLoader } from '../test-support/loaded-modules.js';
import type { ModuleFormat } from '../test-support/transpiled-library.js';

/** Loaded modules of an entry point, the core left out. */
interface Loaded {
  /** Folders of features. */
  readonly features: readonly string[];
  readonly packages: readonly string[];
}

/** Folders that are no feature. */
const CORE = new Set([
  ...['common', 'errors', 'session', 'options', 'token', 'store', 'source', 'roles', 'attributes'],
  ...['audit', 'instruments', 'guard'],
]);

/**
 * Imports of every Nest application with an ioredis client. Starts no application, because Nest then loads its
 * optional packages, such as `@nestjs/microservices`, by itself.
 */
const BASELINE = `
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
import '@nestjs/platform-express';
import 'ioredis';
`;

/** Packages of signed calls: jsonwebtoken and Nest's microservices, with what they depend on. */
const CALLS = [
  '@nestjs/microservices',
  ...['ecdsa-sig-formatter', 'jsonwebtoken', 'jwa', 'jws', 'lodash.includes', 'lodash.isboolean'],
  ...['lodash.isinteger', 'lodash.isnumber', 'lodash.isplainobject', 'lodash.isstring'],
  ...['lodash.once', 'safe-buffer', 'semver', 'tslib'],
];

/** `graphql` and Nest's GraphQL module, with what they depend on. */
const GRAPHQL = [
  ...['@graphql-tools/merge', '@graphql-tools/schema', '@graphql-tools/utils', '@nestjs/graphql'],
  ...['@nestjs/mapped-types', '@whatwg-node/promise-helpers', 'chokidar', 'cross-inspect'],
  ...['es-toolkit', 'fdir', 'graphql', 'graphql-tag', 'graphql-ws', 'normalize-path', 'picomatch'],
  ...['readdirp', 'tinyglobby', 'tslib', 'ws'],
];

const EXPECTED: Readonly<Record<string, Loaded>> = {
  'nest-sessions': { features: [], packages: [] },
  'nest-sessions/access': { features: ['access'], packages: [] },
  'nest-sessions/audit': { features: [], packages: [] },
  'nest-sessions/binding': { features: ['binding'], packages: ['bowser', 'ipaddr.js'] },
  'nest-sessions/calls': {
    features: ['calls'],
    packages: CALLS,
  },
  'nest-sessions/channels': { features: ['channels', 'events'], packages: [] },
  'nest-sessions/common': { features: [], packages: [] },
  'nest-sessions/console': {
    features: ['access', 'channels', 'console', 'events', 'issuer', 'rpc'],
    packages: ['cookie'],
  },
  'nest-sessions/context': { features: ['context'], packages: [] },
  'nest-sessions/errors': { features: [], packages: [] },
  'nest-sessions/events': { features: ['events'], packages: [] },
  'nest-sessions/gateway': { features: ['gateway'], packages: ['jose'] },
  'nest-sessions/graphql': { features: ['channels', 'events', 'graphql'], packages: GRAPHQL },
  'nest-sessions/health': { features: ['health'], packages: ['@nestjs/terminus'] },
  'nest-sessions/issuer': { features: ['events', 'issuer'], packages: ['cookie'] },
  'nest-sessions/metrics': {
    features: ['channels', 'events', 'metrics', 'rpc'],
    packages: ['@opentelemetry/api', 'bintrees', 'prom-client', 'tdigest'],
  },
  'nest-sessions/near-cache': { features: ['near-cache'], packages: [] },
  'nest-sessions/redis': { features: ['redis'], packages: [] },
  'nest-sessions/rpc': {
    features: ['access', 'calls', 'rpc'],
    packages: CALLS,
  },
  'nest-sessions/store': { features: [], packages: [] },
  'nest-sessions/testing': { features: ['events', 'issuer', 'testing'], packages: [] },
  'nest-sessions/tracing': { features: ['calls', 'tracing'], packages: ['@opentelemetry/api'] },
  'nest-sessions/websockets': {
    features: ['channels', 'events', 'websockets'],
    packages: ['@nestjs/websockets'],
  },
};

it('covers every entry point', () => {
  const specifiers = entryPoints().map(({ specifier }) => specifier);
  expect(Object.keys(EXPECTED).sort()).toEqual(specifiers.sort());
});

describe.each<ModuleFormat>(['esm', 'cjs'])('the entry points in %s', (format) => {
  const loader = moduleLoader(format, BASELINE);

  it.each(entryPoints())(
    '$specifier loads its feature, the features below it, and nothing else',
    async ({ specifier, file }) => {
      const program = `import 'reflect-metadata';\nimport './${file}.js';`;
      const { files, packages } = await loader.load(specifier.replace('/', '-'), program);

      expect({ features: featuresOf(files), packages }).toEqual(EXPECTED[specifier]);
    },
  );
});

function featuresOf(files: readonly string[]): string[] {
  const folders = files
    .filter((file) => file.includes('/'))
    .map((file) => file.split('/')[0] ?? '');
  return [...new Set(folders)].filter((folder) => !CORE.has(folder)).sort();
}
