import type { Session } from '../session/session.js';
import type { FindOptions, SessionStore } from '../store/session.store.js';
import { isSessionId, sessionIdOf } from '../token/session-token.js';
import type { TokenExtractor } from '../token/token-extractor.js';
import type { TokenRequest } from '../token/token-headers.js';
import { SessionSource } from './session.source.js';

/** Extracts the token from a request and looks up its session in a store. */
export class StoredSessionSource extends SessionSource {
  constructor(
    private readonly tokens: TokenExtractor,
    private readonly store: SessionStore,
  ) {
    super();
  }

  find(request: TokenRequest, options?: FindOptions): Session | null | Promise<Session | null> {
    const token = this.tokens.extractFrom(request);
    return token === null ? null : this.store.find(sessionIdOf(token), options);
  }

  findReferred(
    reference: string,
    _caller: string,
    options?: FindOptions,
  ): Session | null | Promise<Session | null> {
    return isSessionId(reference) ? this.store.find(reference, options) : null;
  }

  refer(session: Session): string {
    return session.id;
  }

  touch(session: Session): Promise<void> | undefined {
    return this.store.touch(session);
  }

  ping(): Promise<void> {
    return this.store.ping();
  }
}
