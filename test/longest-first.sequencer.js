const Sequencer = require('@jest/test-sequencer').default;

/** Tests that wait for processes start first, so that the short tests fill the gaps at the end. */
const TIERS = ['faults', 'full', 'e2e', 'smoke', 'integration', 'unit'];

module.exports = class LongestFirstSequencer extends Sequencer {
  /** Sorts within a tier: failed files first, then the longest (or, without a record, the largest). */
  sort(tests) {
    const tierOf = (test) => TIERS.indexOf(test.context.config.displayName.name);
    return super.sort(tests).sort((a, b) => tierOf(a) - tierOf(b));
  }
};
