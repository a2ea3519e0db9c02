import {
  Controller,
  Get,
  HttpStatus,
  Logger,
  Post,
  Redirect,
  Req,
  Res,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  CurrentSession,
  OptionalSession,
  Public,
  type Session,
  TokenExtractor,
} from 'nest-sessions';
import { SessionCookie, SessionManager, sessionIdOf } from 'nest-sessions/issuer';
import { OidcClient } from '../oidc/oidc.client.js';
import { signInAttemptCookie } from '../oidc/sign-in-attempt.cookie.js';
import { userOfClaims } from '../oidc/user-of-claims.js';

interface Redirection {
  readonly url: string;
  readonly statusCode: HttpStatus;
}

@Controller('auth')
export class AuthController {
  readonly #logger = new Logger(AuthController.name);

  constructor(
    private readonly oidc: OidcClient,
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
    private readonly tokens: TokenExtractor,
  ) {}

  @Get('login')
  @Public()
  @Redirect()
  async login(@Res({ passthrough: true }) response: Response): Promise<Redirection> {
    const { url, attempt } = await this.oidc.start();
    signInAttemptCookie.write(response, attempt);
    return seeOther(url.href);
  }

  // #region callback
  @Get('callback')
  @Public()
  @Redirect()
  async callback(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Redirection> {
    const { claims, idToken } = await this.#finish(request, response);
    const { user, roles } = userOfClaims(claims);
    const { token } = await this.sessions.create(
      {
        user,
        roles,
        ip: request.ip ?? null,
        userAgent: request.headers['user-agent'] ?? null,
        data: { idToken, ...(typeof claims.sid === 'string' ? { sid: claims.sid } : {}) },
        // Every sign-in gets a new token. An earlier session of this browser ends.
        replaces: this.tokens.allIn(request).map(sessionIdOf),
      },
      { by: user.id, reason: 'signed-in' },
    );
    this.cookie.write(response, token, request);
    return seeOther('/');
  }
  // #endregion callback

  /** A POST, so that the guard refuses it to pages of other origins. */
  @Post('logout')
  @OptionalSession()
  @Redirect()
  async logout(
    @CurrentSession() session: Session | null,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Redirection> {
    this.cookie.clear(response, request);
    if (session === null) return seeOther('/');
    await this.sessions.revoke(session.id, { by: session.user.id, reason: 'signed-out' });
    return seeOther((await this.oidc.logoutUrl(session.data.idToken)).href);
  }

  async #finish(request: Request, response: Response): ReturnType<OidcClient['finish']> {
    const attempt = signInAttemptCookie.read(request);
    signInAttemptCookie.clear(response);
    if (attempt === null) throw signInFailed('The browser sent no attempt, or it has expired.');
    try {
      return await this.oidc.finish(new URL(request.url, 'http://localhost').search, attempt);
    } catch (error) {
      if (error instanceof ServiceUnavailableException) throw error;
      this.#logger.warn(`A sign-in failed: ${String(error)}`);
      throw signInFailed('The provider did not confirm the sign-in.', error);
    }
  }
}

function seeOther(url: string): Redirection {
  return { url, statusCode: HttpStatus.SEE_OTHER };
}

function signInFailed(reason: string, cause?: unknown): UnauthorizedException {
  return new UnauthorizedException(`${reason} Start again at /auth/login.`, { cause });
}
