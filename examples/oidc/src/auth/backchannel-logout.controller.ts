import {
  BadRequestException,
  Body,
  Controller,
  Header,
  HttpCode,
  HttpStatus,
  Logger,
  Post,
  ServiceUnavailableException,
} from '@nestjs/common';
import { Public } from 'nest-sessions';
import { SessionManager } from 'nest-sessions/issuer';
import type { LogoutToken } from '../oidc/logout-token.js';
import { OidcClient } from '../oidc/oidc.client.js';

/** Endpoint that the provider calls when a user signs out there (OpenID Connect Back-Channel Logout 1.0). */
@Controller('auth/backchannel-logout')
export class BackchannelLogoutController {
  readonly #logger = new Logger(BackchannelLogoutController.name);

  constructor(
    private readonly oidc: OidcClient,
    private readonly sessions: SessionManager,
  ) {}

  // #region logout
  @Post()
  @Public() // the signature of the token is the authentication
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  async logout(@Body('logout_token') token: unknown): Promise<void> {
    const { sub, sid } = await this.#verify(token);
    const cause = { by: 'identity-provider', reason: 'signed-out-at-provider' };
    if (sid === null) {
      await this.sessions.revokeAll(sub, cause);
      return;
    }
    for (const { session } of await this.sessions.listByUser(sub)) {
      if (session.data.sid === sid) await this.sessions.revoke(session.id, cause);
    }
  }
  // #endregion logout

  async #verify(token: unknown): Promise<LogoutToken> {
    try {
      return await this.oidc.verifyLogoutToken(String(token));
    } catch (error) {
      if (error instanceof ServiceUnavailableException) throw error;
      this.#logger.warn(`A logout token was refused: ${String(error)}`);
      throw new BadRequestException({ error: 'invalid_request' }, { cause: error });
    }
  }
}
