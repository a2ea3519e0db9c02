import { fuzzSuite } from './support/fuzz.suite';
import { ADAPTERS } from './support/system';

describe.each(ADAPTERS)('with generated requests, on %s', (adapter) => {
  fuzzSuite(adapter, 1);
});
