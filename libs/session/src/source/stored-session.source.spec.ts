import { sampleSession } from '../../test-support/sample-session.js';
import { SessionOptions } from '../options/session.options.js';
import type { Session } from '../session/session.js';
import type { FindOptions } from '../store/session.store.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { StoredSessionSource } from './stored-session.source.js';

/** Store with a copy of a session in this process. */
class CopyingStore extends MemorySessionStore {
  copy: Session | null | undefined;
  readonly finds: (FindOptions | undefined)[] = [];

  override peek(): Session | null | undefined {
    return this.copy;
  }

  override find(_id: string, options?: FindOptions): Promise<Session | null> {
    this.finds.push(options);
    return Promise.resolve(null);
  }
}

describe('StoredSessionSource', () => {
  const token = createToken();
  const session = sampleSession({ id: sessionIdOf(token) });
  let store: CopyingStore;
  let source: StoredSessionSource;

  /** Both lookups: for a request, and for a call of another service. */
  const lookUp = (options?: FindOptions): unknown[] => [
    source.find({ headers: { authorization: `Bearer ${token}` } }, options),
    source.findReferred(session.id, 'orders', options),
  ];

  beforeEach(() => {
    store = new CopyingStore();
    source = new StoredSessionSource(new TokenExtractor(new SessionOptions({})), store);
  });

  it.each([
    ['a session', session],
    ['no session', null],
  ])('returns the peeked result, %s, without a promise', (_, copy) => {
    store.copy = copy;

    expect(lookUp()).toEqual([copy, copy]);
    expect(store.finds).toEqual([]);
  });

  it('asks the store for a session that the store does not know', async () => {
    expect(await Promise.all(lookUp())).toEqual([null, null]);
    expect(store.finds).toEqual([undefined, undefined]);
  });

  it('asks the store for a fresh session whatever the store knows', async () => {
    store.copy = session;

    expect(await Promise.all(lookUp({ fresh: true }))).toEqual([null, null]);
    expect(store.finds).toEqual([{ fresh: true }, { fresh: true }]);
  });
});
