import { fuzzSuite } from './support/fuzz.suite';
import { ADAPTERS } from './support/system';

describe.each(ADAPTERS)('whatever is sent, on %s', (adapter) => {
  fuzzSuite(adapter, 1);
});
