import { MemorySessionStore } from './memory-session.store.js';
import { describeSessionStores } from '../store/test-support/session-store.contract.js';

const realNow = Date.now.bind(Date);

/** Offset of the wall clock, in milliseconds. */
let offset: number;

beforeEach(() => {
  offset = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + offset);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describeSessionStores(
  'MemorySessionStore',
  () => {
    const store = new MemorySessionStore();
    return { store, issuer: store };
  },
  (milliseconds) => {
    offset += milliseconds;
  },
);
