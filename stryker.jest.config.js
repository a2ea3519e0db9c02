const { projects } = require('./jest.config.js');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/**
 * Unit tests for Stryker, which loads the test files in a mutant's folder once for each mutant. The list leaves
 * out the fuzz tests, because a named example must fail, and headers of megabytes, because mutated code is
 * slow.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...unit,
  testPathIgnorePatterns: ['/node_modules/', '\\.(fuzz|large)\\.spec\\.ts$'],
  testSequencer: '<rootDir>/tools/testing/beside.sequencer.js',
  // Stryker puts its own environment around one that Node.js can load as it is.
  testEnvironment: 'node',
};
