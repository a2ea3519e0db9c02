import { Inject, Injectable, Optional } from '@nestjs/common';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error';
import { sessionRequired } from '../errors/session-exception';
import { TokenExtractor } from '../token/token-extractor';
import type { TokenRequest } from '../token/token-headers';
import { CALL_HEADER } from './call-headers';
import { CallTokens, type SignedCall } from './call-tokens';

/** Tells the calls of other services from the requests of users. */
@Injectable()
export class IncomingCalls {
  constructor(
    private readonly tokens: TokenExtractor,
    @Optional() @Inject(CallTokens) private readonly calls: CallTokens | null,
  ) {}

  /**
   * Which service sent a request, and on whose behalf; `null` when none says that it did.
   *
   * @throws SessionException 401 when one says so, and it is not true
   * @throws AmbiguousTokenError when the request carries a token as well
   */
  of(request: TokenRequest): SignedCall | null {
    const header = request.headers[CALL_HEADER];
    if (header === undefined) return null;
    if (this.tokens.extractFrom(request) !== null) throw new AmbiguousTokenError();
    const call = this.calls?.verify(header) ?? null;
    if (call === null) throw sessionRequired();
    return call;
  }
}
