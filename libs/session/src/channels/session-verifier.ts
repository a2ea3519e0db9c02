import { Injectable } from '@nestjs/common';
import { type SessionException, sessionRequired } from '../errors/session-exception.js';
import type { Session } from '../session/session.js';
import { SessionSource } from '../source/session.source.js';
import { StoredSessionSource } from '../source/stored-session.source.js';
import { SessionStore } from '../store/session.store.js';
import type { TokenRequest } from '../token/token-headers.js';
import { channelUnverified } from './channel-unverified.js';

/** Looks up the sessions of open channels again. */
@Injectable()
export class SessionVerifier {
  /** Whether a session can be looked up by its id, without the proof of a request. */
  readonly readsById: boolean;

  constructor(
    private readonly source: SessionSource,
    private readonly store: SessionStore,
  ) {
    this.readsById = source instanceof StoredSessionSource;
  }

  /**
   * Returns the live session, or `null`.
   *
   * @param request Credentials of the opening, for a source that knows sessions only by their proof.
   * @throws SessionStoreUnavailableError
   */
  async find(id: string, request: TokenRequest): Promise<Session | null> {
    if (this.readsById) return this.store.find(id, { fresh: true });
    const found = await this.source.find(request);
    return found?.id === id ? found : null;
  }

  /** Reason for a channel whose session was not found. A proof expires also while its session is live. */
  reasonOfEnd(): SessionException {
    return this.readsById ? sessionRequired() : channelUnverified();
  }
}
