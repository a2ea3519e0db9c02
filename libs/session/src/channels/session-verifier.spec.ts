import { sampleSession } from '../../test-support/sample-session.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { SessionOptions } from '../options/session.options.js';
import type { Session } from '../session/session.js';
import { SessionSource } from '../source/session.source.js';
import { StoredSessionSource } from '../source/stored-session.source.js';
import { NoSessionStore } from '../store/no-session.store.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { TokenExtractor } from '../token/token-extractor.js';
import type { TokenRequest } from '../token/token-headers.js';
import { SessionVerifier } from './session-verifier.js';

/** Source that knows a session only by the proof in a request, as behind a gateway. */
class ProofSource extends SessionSource {
  found: Session | null = null;

  find({ headers }: TokenRequest): Session | null {
    return headers['x-session-identity'] === 'proof' ? this.found : null;
  }

  findReferred(): null {
    return null;
  }

  refer(): string {
    return 'proof';
  }

  touch(): undefined {
    return undefined;
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }
}

const anonymous: TokenRequest = { headers: {} };
const proven: TokenRequest = { headers: { 'x-session-identity': 'proof' } };

describe('the verifier of sessions with open channels', () => {
  it('reads a session from the store by its id, without the proof of the request', async () => {
    const store = new MemorySessionStore();
    const source = new StoredSessionSource(new TokenExtractor(new SessionOptions({})), store);
    const verifier = new SessionVerifier(source, store);
    const session = sampleSession();
    await store.insert(session);

    expect((await verifier.find(session.id, anonymous))?.id).toBe(session.id);
    expect(await verifier.find(sampleSession().id.replace(/^./, 'x'), anonymous)).toBeNull();
    expect(verifier.reasonOfEnd().code).toBe('ERR_SESSION_REQUIRED');
  });

  it('asks any other source with the proof of the opening', async () => {
    const source = new ProofSource();
    const verifier = new SessionVerifier(source, new NoSessionStore());
    source.found = sampleSession();

    expect(await verifier.find(source.found.id, proven)).toBe(source.found);
    expect(await verifier.find(source.found.id, anonymous)).toBeNull();
    // The proof has expired, which says nothing about the session.
    expect(verifier.reasonOfEnd().code).toBe('ERR_SESSION_CHANNEL_UNVERIFIED');
  });

  it('does not take another session for the session of the channel', async () => {
    const source = new ProofSource();
    source.found = sampleSession();

    const verifier = new SessionVerifier(source, new NoSessionStore());

    expect(await verifier.find('another', proven)).toBeNull();
  });

  it('passes on that the store does not answer', async () => {
    const store = new MemorySessionStore();
    store.find = () => Promise.reject(new SessionStoreUnavailableError());
    const source = new StoredSessionSource(new TokenExtractor(new SessionOptions({})), store);

    await expect(new SessionVerifier(source, store).find('id', anonymous)).rejects.toThrow(
      SessionStoreUnavailableError,
    );
  });
});
