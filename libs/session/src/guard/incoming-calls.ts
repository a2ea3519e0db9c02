import { type ExecutionContext, Injectable, Optional } from '@nestjs/common';
import { ThrottledLogger } from '../common/throttled-logger.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { callRefused } from '../errors/session-exception.js';
import type { SignedCall } from '../source/signed-call.js';
import { CALL_HEADER, type TokenRequest } from '../token/token-headers.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { CallVerifier } from './call-verifier.js';

/** Log interval, in milliseconds: any client that reaches this service can send calls that are rejected. */
const LOG_INTERVAL = 60_000;

/** Distinguishes the calls of other services from the requests of users. */
@Injectable()
export class IncomingCalls {
  readonly #failures = new ThrottledLogger(IncomingCalls.name, LOG_INTERVAL);
  /** Calls by request, because two guards may check one request. */
  readonly #known = new WeakMap<TokenRequest, SignedCall>();

  /** @param verifier Without it, every signed call is rejected. */
  constructor(
    private readonly tokens: TokenExtractor,
    @Optional() private readonly verifier?: CallVerifier,
  ) {}

  /**
   * Returns the service that sent a request, and the session on whose behalf; `null` without a call header.
   *
   * @throws SessionException 401 when the call is not proven
   * @throws AmbiguousTokenError when the request carries a token as well
   */
  of(request: TokenRequest, context: ExecutionContext): SignedCall | null {
    const header = request.headers[CALL_HEADER];
    if (header === undefined) return null;
    if (this.tokens.extractFrom(request) !== null) throw new AmbiguousTokenError();
    const known = this.#known.get(request);
    if (known !== undefined) return known;
    if (this.verifier === undefined) throw this.#unexpected();
    const call = this.verifier.verify(header, context);
    this.#known.set(request, call);
    return call;
  }

  #unexpected(): Error {
    this.#failures.report(
      "A signed call was rejected: this service cannot verify signatures. Import SessionCallsModule from 'nest-sessions/calls' with the services' secret.",
    );
    return callRefused();
  }
}
