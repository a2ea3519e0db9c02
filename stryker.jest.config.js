const { projects } = require('./jest.config.js');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/**
 * Unit tests of the code that Stryker mutates. Stryker loads every file of them for each mutant, so that
 * other folders are left out, and so are the fuzz tests: an example with a name has to fail.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...unit,
  testMatch: [
    '<rootDir>/libs/session/src/{audit,errors,guard,roles,session,source,token}/**/*.spec.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', '\\.fuzz\\.spec\\.ts$'],
  // Stryker puts its own environment around one that Node.js can load as it is.
  testEnvironment: 'node',
};
