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
    return token === null ? null : this.#look(sessionIdOf(token), options);
  }

  findReferred(
    reference: string,
    _caller: string,
    options?: FindOptions,
  ): Session | null | Promise<Session | null> {
    return isSessionId(reference) ? this.#look(reference, options) : null;
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

  /** Peeks first: a session in this process' memory needs no promise, which would cost more than the rest. */
  #look(id: string, options?: FindOptions): Session | null | Promise<Session | null> {
    const known = options?.fresh === true ? undefined : this.store.peek(id);
    return known === undefined ? this.store.find(id, options) : known;
  }
}
