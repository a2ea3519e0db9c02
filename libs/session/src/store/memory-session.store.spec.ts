import { MemorySessionStore } from './memory-session.store';
import { describeSessionStores } from './testing/session-store.contract';

describeSessionStores('MemorySessionStore', () => {
  const store = new MemorySessionStore();
  return { store, issuer: store };
});
