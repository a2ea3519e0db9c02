const { dirname } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/**
 * Runs only the test files in the folders of the files for which Jest finds related tests. Other related
 * files would be loaded for each mutant, which takes most of its time.
 */
module.exports = class BesideSequencer extends Sequencer {
  #folders;

  constructor(options) {
    super(options);
    this.#folders = new Set(options.globalConfig.nonFlagArgs.map((file) => dirname(file)));
  }

  sort(tests) {
    return super.sort(tests.filter(({ path }) => this.#folders.has(dirname(path))));
  }
};
