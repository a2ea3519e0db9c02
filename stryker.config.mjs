/**
 * Mutation testing of the code that authorizes requests: `npm run test:mutation`. Each mutant is one change of
 * the source, and a unit test must fail because of it. The report is in coverage/mutation.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    'libs/session/src/{guard,roles,token,session}/**/*.ts',
    '!**/*spec.ts',
    '!**/{testing,test-support}/**',
    // These decorators set one metadata value; the tests of AccessRules read it.
    '!**/{accepts-changed-client,optional-session,public,roles,services-only}.decorator.ts',
    // These decorators call one function that another file decides.
    '!**/{current-caller,current-user}.decorator.ts',
  ],
  testRunner: 'jest',
  jest: { configFile: 'stryker.jest.config.js' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A busy machine is no endless loop, which Stryker finds by counting.
  timeoutMS: 60_000,
  thresholds: { high: 95, low: 90, break: 85 },
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { reportTests: false, allowColor: false },
  htmlReporter: { fileName: 'coverage/mutation/report.html' },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  tempDirName: '.data/mutation',
  cleanTempDir: 'always',
  ignorePatterns: ['.data', 'apps', 'bench', 'coverage', 'dist', 'docker', 'docs', 'test'],
};
