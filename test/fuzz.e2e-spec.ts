import { fuzzSuite } from './support/fuzz.suite';
import type { Adapter } from './support/system';

/** Part of the requests of `fuzz.full-spec.ts`, which tests each adapter. */
const EFFORT = 0.1;

describe.each<Adapter>(['express'])('with generated requests, on %s', (adapter) => {
  fuzzSuite(adapter, EFFORT);
});
