import { type ArgumentsHost, HttpStatus, Injectable } from '@nestjs/common';
import type { SessionErrorCode } from '../errors/session-error.js';
import type { SessionException } from '../errors/session-exception.js';
import { callerOf, carrierOf, requestOf, sessionOf } from '../source/request-session.js';
import { CALL_HEADER, IDENTITY_HEADER, type TokenRequest } from '../token/token-headers.js';
import { isToken, sessionIdOf } from '../token/session-token.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { routeOf } from './route-of.js';
import { SecurityLog } from './security.log.js';

/** Events of the codes that need no reason. `session.denied` has a reason. */
const EVENTS: Partial<
  Record<SessionErrorCode, 'token.ambiguous' | 'call.refused' | 'store.unavailable'>
> = {
  ERR_SESSION_TOKEN_AMBIGUOUS: 'token.ambiguous',
  ERR_SESSION_CALL_REFUSED: 'call.refused',
  ERR_SESSION_STORE_UNAVAILABLE: 'store.unavailable',
};

/** Reasons of 403 denials, by code. Every other code requires re-authentication. */
const REASONS: Partial<Record<SessionErrorCode, 'role' | 'cross-origin'>> = {
  ERR_SESSION_ROLE_REQUIRED: 'role',
  ERR_SESSION_CROSS_ORIGIN: 'cross-origin',
};

/** Caller of a request, as far as the request identifies it. */
interface DeniedCaller {
  readonly sessionId: string | null;
  /** Whether the request carried no credentials. A malformed cookie does not count as a credential. */
  readonly isAnonymous: boolean;
}

const ANONYMOUS: DeniedCaller = { sessionId: null, isAnonymous: true };

/** Records denials in the security log. */
@Injectable()
export class DenialAudit {
  constructor(
    private readonly log: SecurityLog,
    private readonly tokens: TokenExtractor,
  ) {}

  /** @param denial Denial as it is answered; an exception that is not a denial is ignored. */
  record(denial: SessionException, host: ArgumentsHost): void {
    const status = denial.getStatus();
    const carrier = carrierOf(host);
    const session = denial.who.session ?? sessionOf(carrier);
    const caller = this.#callerOf(carrier);
    const told = {
      outcome: 'failure',
      status,
      code: denial.code,
      door: host.getType<string>(),
      ...routeOf(host),
      sessionId: session?.id ?? caller.sessionId,
      userId: session?.user.id ?? null,
      caller: denial.who.caller ?? callerOf(carrier) ?? null,
    } as const;
    const event = EVENTS[denial.code];
    if (event !== undefined) {
      this.log.record({ event, ...told });
    } else if (status === HttpStatus.FORBIDDEN.valueOf()) {
      const reason = REASONS[denial.code] ?? 'reauthentication';
      this.log.record({ event: 'session.denied', ...told, reason });
    } else if (status === HttpStatus.UNAUTHORIZED.valueOf()) {
      const reason = caller.isAnonymous ? 'anonymous' : 'invalid';
      this.log.record({ event: 'session.denied', ...told, reason });
    }
  }

  #callerOf(carrier: object): DeniedCaller {
    const request = requestOf(carrier) as Partial<TokenRequest>;
    // The message was denied before it was opened.
    if (typeof request.headers !== 'object') return ANONYMOUS;
    const { headers } = request;
    try {
      const credential = this.tokens.credentialOf({ ...request, headers });
      const token = credential !== null && isToken(credential.text) ? credential.text : null;
      const isAnonymous =
        token === null &&
        credential?.carrier !== 'bearer' &&
        headers[CALL_HEADER] === undefined &&
        headers[IDENTITY_HEADER] === undefined;
      return { sessionId: token === null ? null : sessionIdOf(token), isAnonymous };
    } catch {
      // More than one token: the session cannot be determined.
      return { sessionId: null, isAnonymous: false };
    }
  }
}
