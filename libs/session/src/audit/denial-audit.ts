import { type ArgumentsHost, HttpStatus, Injectable } from '@nestjs/common';
import type { SessionErrorCode } from '../errors/session-error.js';
import type { SessionException } from '../errors/session-exception.js';
import { callerOf, carrierOf, requestOf, sessionOf } from '../source/request-session.js';
import { CALL_HEADER, IDENTITY_HEADER, type TokenRequest } from '../token/token-headers.js';
import { isToken, sessionIdOf } from '../token/session-token.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { routeOf } from './route-of.js';
import { SecurityLog } from './security.log.js';

/** The codes that say no more than what they are. Those of `session.denied` have reasons. */
const EVENTS: Partial<
  Record<SessionErrorCode, 'token.ambiguous' | 'call.refused' | 'store.unavailable'>
> = {
  ERR_SESSION_TOKEN_AMBIGUOUS: 'token.ambiguous',
  ERR_SESSION_CALL_REFUSED: 'call.refused',
  ERR_SESSION_STORE_UNAVAILABLE: 'store.unavailable',
};

/** Why what is signed in is refused. */
const REASONS: Partial<Record<SessionErrorCode, 'role' | 'cross-origin'>> = {
  ERR_SESSION_ROLE_REQUIRED: 'role',
  ERR_SESSION_CROSS_ORIGIN: 'cross-origin',
};

/** Who asked, as far as the request says. */
interface Asker {
  readonly sessionId: string | null;
  /** Whether anything was sent that could say who asks. */
  readonly isAnonymous: boolean;
}

const NOBODY: Asker = { sessionId: null, isAnonymous: true };

/** Writes down who was not let in where. */
@Injectable()
export class DenialAudit {
  constructor(
    private readonly log: SecurityLog,
    private readonly tokens: TokenExtractor,
  ) {}

  /** @param denial As it is answered; one that is no denial is passed over. */
  record(denial: SessionException, host: ArgumentsHost): void {
    const status = denial.getStatus();
    const carrier = carrierOf(host);
    const session = denial.who.session ?? sessionOf(carrier);
    const asker = this.#askerOf(carrier, host);
    const told = {
      outcome: 'failure',
      status,
      code: denial.code,
      door: host.getType<string>(),
      ...routeOf(host),
      sessionId: session?.id ?? asker.sessionId,
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
      const reason = asker.isAnonymous ? 'anonymous' : 'invalid';
      this.log.record({ event: 'session.denied', ...told, reason });
    }
  }

  #askerOf(carrier: object, host: ArgumentsHost): Asker {
    if (!['http', 'rpc'].includes(host.getType())) return NOBODY;
    const request = requestOf(carrier) as Partial<TokenRequest>;
    // A message that was refused before it was opened.
    if (typeof request.headers !== 'object') return NOBODY;
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
      // More than one token: whose session is meant cannot be said.
      return { sessionId: null, isAnonymous: false };
    }
  }
}
