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
      comment: 'What two services share is a library.',
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
      name: 'common-stands-below-all',
      comment:
        'Primitives know no feature. The index also names what the options of features share.',
      severity: 'error',
      from: {
        path: '^libs/session/src/common/',
        pathNot: '(spec|/index)\\.ts$',
      },
      to: {
        path: '^libs/session/src/',
        pathNot: '^libs/session/src/(common/|errors/session-options\\.error\\.ts$)',
      },
    },
    {
      name: 'the-guard-is-outermost',
      comment:
        'Data flows request → token → store → guard; inner folders know nothing of outer ones.',
      severity: 'error',
      from: {
        path: '^libs/session/src/(token|session|store|roles)/',
        pathNot: '(spec\\.ts$|/test-support/)',
      },
      to: { path: '^libs/session/src/(guard|issuer|health)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
