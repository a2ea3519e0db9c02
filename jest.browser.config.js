const { projects, ...jest } = require('./jest.config.js');

/** `npm run test:browser`: what only a browser can show. It needs a Chromium. */
const [shared] = projects;

/** @type {import('jest').Config} */
module.exports = {
  ...jest,
  projects: [
    { ...shared, displayName: 'browser', testMatch: ['<rootDir>/test/browser/*.browser-spec.ts'] },
  ],
  // A page and its requests, on a machine that does other things as well.
  testTimeout: 60_000,
};
