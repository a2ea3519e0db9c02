const { projects } = require('./jest.config.js');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/**
 * Unit tests of the code that Stryker mutates. Stryker loads each of these files for every mutant, so
 * other folders are left out. So are the fuzz tests, because a named example must fail, and headers of
 * megabytes, because mutated code is slow.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...unit,
  testMatch: [
    '<rootDir>/libs/session/src/{audit,errors,guard,roles,session,source,token}/**/*.spec.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', '\\.(fuzz|large)\\.spec\\.ts$'],
  // Stryker puts its own environment around one that Node.js can load as it is.
  testEnvironment: 'node',
};
