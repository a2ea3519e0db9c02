import { TokenExtractor, type TokenRequest } from 'nest-sessions';
import { SessionCookie } from 'nest-sessions/issuer';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/**
 * Sends a session's new token the way the old token came: in the cookie, or to a bearer client in
 * `Authentication-Info` (RFC 9110, 11.6.3).
 */
@Injectable()
export class TokenHandover {
  constructor(
    private readonly tokens: TokenExtractor,
    private readonly cookie: SessionCookie,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** @param request Request that carried the old token. */
  handOver(token: string, request: TokenRequest, response: object): void {
    if (this.tokens.credentialOf(request)?.carrier !== 'bearer') {
      this.cookie.write(response, token, request);
      return;
    }
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Authentication-Info', `token="${token}"`);
  }
}
