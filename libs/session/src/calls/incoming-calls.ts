import { Inject, Injectable, Optional } from '@nestjs/common';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { ThrottledLogger } from '../common/throttled-logger.js';
import { callRefused } from '../errors/session-exception.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { CALL_HEADER, type TokenRequest } from '../token/token-headers.js';
import type { CallContent } from './call-content.js';
import { CallTokens, isFor, type SignedCall } from './call-tokens.js';
import { UsedCalls } from './used-calls.js';

const NOT_PROVEN =
  "A call was refused: it is not signed for this service with a secret in 'calls', or is older than half a minute. Compare the secrets and the clocks of both sides.";
const NOT_EXPECTED =
  "A signed call was refused: this service has no secret to check it with. Give SessionModule 'service' and 'calls'.";
const NOT_FOR_THIS =
  'A call was refused: it was signed for another message, path or body than it came with. It was changed on the way, by an attacker or by a proxy that rewrites paths; or both sides load a .proto file with different options.';
const REPEATED =
  'A call was refused: it has been made before. A call is signed for one use; sign again to repeat it.';
/** Log interval, in milliseconds: any client that reaches this service can send calls that are rejected. */
const LOG_INTERVAL = 60_000;

/** Distinguishes the calls of other services from the requests of users. */
@Injectable()
export class IncomingCalls {
  readonly #failures = new ThrottledLogger(IncomingCalls.name, LOG_INTERVAL);
  readonly #used = new UsedCalls();
  /** Calls by request, because two guards may check one request. */
  readonly #known = new WeakMap<TokenRequest, SignedCall>();

  constructor(
    private readonly tokens: TokenExtractor,
    @Optional() @Inject(CallTokens) private readonly calls: CallTokens | null,
  ) {}

  /**
   * Returns the service that sent a request, and the session on whose behalf; `null` without a call header.
   *
   * @param content Content of the request, for which the call must be signed.
   * @throws SessionException 401 when the call is not proven
   * @throws AmbiguousTokenError when the request carries a token as well
   */
  of(request: TokenRequest, content: () => CallContent): SignedCall | null {
    const header = request.headers[CALL_HEADER];
    if (header === undefined) return null;
    if (this.tokens.extractFrom(request) !== null) throw new AmbiguousTokenError();
    const known = this.#known.get(request);
    if (known !== undefined) return known;
    const call = this.#prove(header, content);
    this.#known.set(request, call);
    return call;
  }

  #prove(header: string, content: () => CallContent): SignedCall {
    const proven = this.calls?.verify(header) ?? null;
    if (proven === null) throw this.#refused(this.calls ? NOT_PROVEN : NOT_EXPECTED);
    if (!isFor(proven, content())) throw this.#refused(NOT_FOR_THIS);
    if (!this.#used.add(proven.id)) throw this.#refused(REPEATED);
    return proven.call;
  }

  #refused(reason: string): Error {
    this.#failures.report(reason);
    return callRefused();
  }
}
