import { Inject, Injectable, Optional } from '@nestjs/common';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error';
import { FailureLog } from '../errors/failure-log';
import { callRefused } from '../errors/session-exception';
import { TokenExtractor } from '../token/token-extractor';
import { CALL_HEADER, type TokenRequest } from '../token/token-headers';
import { CallTokens, type SignedCall } from './call-tokens';

const NOT_VALID =
  "A call was refused: it is not signed for this service with a secret in 'calls', or is older than half a minute. Compare the secrets and the clocks of both sides.";
const NOT_EXPECTED =
  "A signed call was refused: this service has no secret to check it with. Give SessionModule 'service' and 'calls'.";
/** Whoever reaches this service can send what is refused. Milliseconds. */
const LOG_INTERVAL = 60_000;

/** Tells the calls of other services from the requests of users. */
@Injectable()
export class IncomingCalls {
  readonly #failures = new FailureLog(IncomingCalls.name, LOG_INTERVAL);

  constructor(
    private readonly tokens: TokenExtractor,
    @Optional() @Inject(CallTokens) private readonly calls: CallTokens | null,
  ) {}

  /**
   * Which service sent a request, and on whose behalf; `null` when none says that it did.
   *
   * @throws SessionException 401 when one says so, and it is not proven
   * @throws AmbiguousTokenError when the request carries a token as well
   */
  of(request: TokenRequest): SignedCall | null {
    const header = request.headers[CALL_HEADER];
    if (header === undefined) return null;
    if (this.tokens.extractFrom(request) !== null) throw new AmbiguousTokenError();
    const call = this.calls?.verify(header) ?? null;
    if (call !== null) return call;
    this.#failures.report(this.calls ? NOT_VALID : NOT_EXPECTED);
    throw callRefused();
  }
}
