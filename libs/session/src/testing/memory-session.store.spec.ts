import { skippableTime } from '../../test-support/skippable-time.js';
import { issuerSessionStoreCases } from './contract/session-store.contract.js';
import { MemorySessionStore } from './memory-session.store.js';

describe('MemorySessionStore', () => {
  const pass = skippableTime();

  it.each(issuerSessionStoreCases({ open: () => new MemorySessionStore(), pass }))(
    '$name',
    ({ run }) => run(),
  );
});
