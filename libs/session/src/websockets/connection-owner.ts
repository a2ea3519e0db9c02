import { Injectable } from '@nestjs/common';
import { SessionSource } from '../source/session.source.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { CALL_HEADER, IDENTITY_HEADER, type TokenRequest } from '../token/token-headers.js';
import type { SocketIoConnection } from './socket-io.connection.js';

/** Owner of connections without credentials. */
const ANONYMOUS = 'anonymous';

/** Compares the callers of the requests that belong to one connection of Engine.IO. */
@Injectable()
export class ConnectionOwner {
  constructor(
    private readonly tokens: TokenExtractor,
    private readonly source: SessionSource,
  ) {}

  /**
   * Returns a text that is the same for all connections of one session, and differs between sessions. `null` for
   * credentials without a verified session, which may belong to a session that has ended.
   */
  of({ session, credentials }: SocketIoConnection): string | null {
    if (session !== null) return session.id;
    return this.#proofOf(credentials) === null ? ANONYMOUS : null;
  }

  /**
   * Whether a further request of a connection comes with the session of its handshake. A connection without
   * credentials acts for no user, whatever its further requests carry.
   *
   * @throws SessionStoreUnavailableError when the source cannot compare two identities
   */
  async sent(
    request: TokenRequest,
    { session, credentials }: SocketIoConnection,
  ): Promise<boolean> {
    const expected = this.#proofOf(credentials);
    if (expected === null || this.#proofOf(request) === expected) return true;
    // A gateway signs an identity for each request: the sessions behind both may be the same.
    if (session === null || credentials.headers[IDENTITY_HEADER] === undefined) return false;
    const found = await this.source.find(request);
    return found?.id === session.id;
  }

  /** Text that proves a caller; `null` without credentials. */
  #proofOf(request: TokenRequest): string | null {
    const {
      [IDENTITY_HEADER]: identity,
      [CALL_HEADER]: call,
      cookie,
      authorization,
    } = request.headers;
    try {
      return identity ?? call ?? this.tokens.credentialOf(request)?.text ?? null;
    } catch {
      // More than one token, which only a gateway without a lookup admits.
      return `${cookie ?? ''}\n${authorization ?? ''}`;
    }
  }
}
