const { readFileSync, writeFileSync, writeSync } = require('node:fs');

const STDOUT = 1;

/**
 * Ends a run with one plain line that counts its tests, after everything else, for scripts.
 *
 * With `TEST_COUNTS=<file>`, several runs add up: each prints the total so far.
 */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const before = countsIn(process.env.TEST_COUNTS);
    const passed = before.passed + results.numPassedTests;
    // A file that could not run counts as a failure, although it counts no test.
    const failed = before.failed + results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = before.skipped + results.numPendingTests;
    if (process.env.TEST_COUNTS) {
      writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ passed, failed, skipped }));
    }
    const line = `${passed} passed, ${failed} failed, ${skipped} skipped\n`;
    process.once('exit', () => writeSync(STDOUT, line));
  }
};

function countsIn(file) {
  const text = file ? readFileSync(file, { encoding: 'utf8', flag: 'a+' }) : '';
  return text === '' ? { passed: 0, failed: 0, skipped: 0 } : JSON.parse(text);
}
