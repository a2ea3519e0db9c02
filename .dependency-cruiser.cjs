/** Files that the package does not contain. */
const TESTS = '(spec\\.ts$|/test-support/)';

/**
 * Folders of the library's core, in the order in which a request passes through them. A folder imports from
 * folders before it. A type alone is no dependency at run time.
 */
const CORE = [
  ...['errors', 'session', 'options', 'token', 'store', 'source', 'roles', 'attributes', 'audit'],
  'instruments',
  'guard',
];

/**
 * Features of the library, each with the features that it may import. The core imports no feature; only the
 * option `nearCache` loads one, when it is used.
 */
const FEATURES = {
  access: [],
  binding: [],
  calls: [],
  channels: ['events'],
  console: ['access', 'channels', 'events', 'issuer', 'near-cache', 'rpc'],
  context: [],
  events: [],
  gateway: [],
  graphql: ['channels'],
  health: [],
  issuer: ['events'],
  metrics: ['channels', 'events', 'near-cache', 'rpc'],
  'near-cache': [],
  rpc: ['access', 'calls'],
  testing: ['calls', 'events', 'issuer'],
  tracing: ['calls'],
  websockets: ['channels'],
};

function againstTheFlow() {
  return CORE.slice(0, -1).map((folder, position) => ({
    name: `against-the-flow-from-${folder}`,
    comment: 'Data flows request → token → store → guard; inner folders import no outer ones.',
    severity: 'error',
    from: { path: `^libs/session/src/${folder}/`, pathNot: `${TESTS}|/index\\.ts$` },
    to: {
      path: `^libs/session/src/(${CORE.slice(position + 1).join('|')})/`,
      dependencyTypesNot: ['type-only'],
    },
  }));
}

function acrossFeatures() {
  const others = (own, allowed) =>
    Object.keys(FEATURES).filter((it) => it !== own && !allowed.includes(it));
  return [
    {
      name: 'core-imports-no-feature',
      severity: 'error',
      from: {
        path: `^libs/session/src/(${['common', ...CORE].join('|')}|[^/]+$)`,
        pathNot: TESTS,
      },
      to: {
        path: `^libs/session/src/(${Object.keys(FEATURES).join('|')})/`,
        pathNot: '^libs/session/src/near-cache/open-near-cache\\.ts$',
      },
    },
    ...Object.entries(FEATURES).map(([feature, allowed]) => ({
      name: `${feature}-imports-no-other-feature`,
      severity: 'error',
      from: { path: `^libs/session/src/${feature}/`, pathNot: TESTS },
      to: { path: `^libs/session/src/(${others(feature, allowed).join('|')})/` },
    })),
  ];
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-own-index',
      comment: 'A library imports its own files by name; its index is for others.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/.+', pathNot: 'spec\\.ts$' },
      to: { path: '^libs/$1/src/index\\.ts$' },
    },
    {
      name: 'libraries-by-their-index',
      severity: 'error',
      from: { path: '^(apps|test|tools)/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: '^libs/[^/]+/src/index\\.ts$|^libs/session/src/[^/]+/index\\.ts$',
      },
    },
    {
      name: 'apps-are-separate-services',
      comment: 'Code that two services share belongs to a library.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/(?!$1/)' },
    },
    {
      name: 'session-stands-alone',
      comment: 'The product depends on no other part of this workspace.',
      severity: 'error',
      from: { path: '^libs/session/', pathNot: '(spec\\.ts$|/test-support/)' },
      to: { path: '^(apps|tools|test|libs/platform)/' },
    },
    {
      name: 'common-imports-nothing',
      severity: 'error',
      from: { path: '^libs/session/src/common/', pathNot: `${TESTS}|/index\\.ts$` },
      to: {
        path: '^libs/session/src/(?!common/|errors/session-options\\.error\\.ts)',
      },
    },
    {
      name: 'testing-loads-no-test-runner',
      comment: 'The testing kit works with every test runner and HTTP client.',
      severity: 'error',
      from: { path: '^libs/session/src/testing/', pathNot: TESTS },
      to: { path: '(^|node_modules/)(@nestjs/testing|@?jest|supertest|vitest)(/|$)' },
    },
    {
      name: 'no-internals-of-nest',
      comment:
        'Nest may change what its index does not export. The access catalogue needs the paths that the router registers.',
      severity: 'error',
      from: {
        path: '^libs/session/src/',
        pathNot: `${TESTS}|^libs/session/src/access/access-catalogue\\.reader\\.ts$`,
      },
      to: { path: 'node_modules/@nestjs/[^/]+/(?!(dist/)?index\\.(js|d\\.ts)$)' },
    },
    ...againstTheFlow(),
    ...acrossFeatures(),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
