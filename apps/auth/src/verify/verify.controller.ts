import type { IncomingMessage } from 'node:http';
import { ProblemException } from '@app/platform';
import {
  Public,
  type Session,
  SESSION_OPTIONS,
  SessionError,
  SessionException,
  type SessionOptions,
  sessionRequired,
  SessionSource,
  SessionStoreUnavailableError,
} from 'nest-sessions';
import { AmbiguousTokenError, denialFor } from 'nest-sessions/errors';
import { IdentitySigner, SessionInstruments } from 'nest-sessions/gateway';
import { type RouteAccess, AccessDirectory } from 'nest-sessions/access';
import {
  Controller,
  Get,
  HttpException,
  HttpStatus,
  Inject,
  Logger,
  NotFoundException,
  Req,
  Res,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  ApiForbiddenResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { type ForwardAuthRequest, forwardAuthRequestOf } from './forward-auth-request';
import { headerJson, headerList, headerText } from './header-text';
import { VerifiedView } from './verify.view';

/**
 * Requirements without a route: any valid session. The resulting identity is not valid for any other service.
 */
const ANYBODY: RouteAccess = {
  service: 'auth',
  isPublic: false,
  skipsCache: false,
  maxSignInAge: null,
  authorize: () => 'authorized',
};

/**
 * Decides for a gateway whether a request may pass to a service, and identifies its user. The described
 * request is answered with 200, 401, 403 or 503, and with nothing else, whatever the request is.
 */
@Public()
@ApiTags('gateway')
@Controller('auth/verify')
export class VerifyController {
  readonly #logger = new Logger(VerifyController.name);

  constructor(
    private readonly directory: AccessDirectory,
    private readonly source: SessionSource,
    private readonly signer: IdentitySigner,
    @Inject(SESSION_OPTIONS) private readonly options: SessionOptions,
    private readonly adapterHost: HttpAdapterHost,
    private readonly instruments: SessionInstruments,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Authorizes a request for a gateway and identifies its caller',
    description:
      'Accepts any method and any path below. X-Original-Method and X-Original-URI, X-Forwarded-Method and X-Forwarded-Uri, or the method and the path below describe the request. X-Verify-Service may name the service.',
  })
  @ApiOkResponse({
    type: VerifiedView,
    description:
      'Authorized. X-Session-User, X-Session-Roles and X-Session-Identity identify the caller.',
  })
  @ApiUnauthorizedResponse({ description: 'No valid session.' })
  @ApiForbiddenResponse({
    description:
      'A missing role, an unknown route, or a sign-in that is too old. The last repeats its body in X-Session-Problem.',
  })
  @ApiServiceUnavailableResponse({
    description: 'Redis or the route requirements are unavailable.',
  })
  async verify(
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: object,
  ): Promise<VerifiedView> {
    const described = forwardAuthRequestOf(request);
    // Another spelling of the path, which is no forward auth request.
    if (described === null) throw new NotFoundException();
    // Every response depends on the caller.
    this.#setHeaders(response, { 'Cache-Control': 'no-store' });
    const decide = () => this.#decide(described, request, response);
    return this.instruments.run({ name: 'verify' }, decide);
  }

  async #decide(
    described: ForwardAuthRequest | 'unclear',
    request: IncomingMessage,
    response: object,
  ): Promise<VerifiedView> {
    try {
      const access = await this.#accessOf(described, response);
      return await this.#answer(access, request, response);
    } catch (error) {
      if (isReauthenticationRequired(error)) {
        this.#setHeaders(response, { 'X-Session-Problem': headerJson(error.getResponse()) });
      }
      if (error instanceof HttpException || error instanceof SessionError) throw error;
      // Gateways do not expect a 500.
      throw new SessionStoreUnavailableError({ cause: error });
    }
  }

  async #answer(
    access: RouteAccess,
    request: IncomingMessage,
    response: object,
  ): Promise<VerifiedView> {
    const found = await this.#find(request, access);
    if (found) this.#requireAuthorized(found, access, request);
    const identity =
      found && (await this.signer.sign(found, access.service, { fresh: access.skipsCache }));
    // Without an identity, the session ends within this second.
    const session = identity === null ? null : found;
    if (session === null && !access.isPublic) throw sessionRequired();
    this.#setHeaders(response, {
      // Set without a session, too: a header that a gateway copies replaces the client's header.
      'X-Session-User': session ? headerText(session.user.id) : '',
      'X-Session-Roles': session ? headerList(session.roles) : '',
      'X-Session-Identity': identity ?? '',
    });
    if (session) this.#keepAlive(session);
    return {
      subject: session?.user.id ?? null,
      extra: {
        username: session?.user.username ?? null,
        roles: session?.roles ?? [],
        sessionId: session?.id ?? null,
        service: access.service,
      },
    };
  }

  /** Checks the same requirements as the guard of the service, in the same order. */
  #requireAuthorized(session: Session, access: RouteAccess, request: IncomingMessage): void {
    const decision = access.isPublic ? 'authorized' : access.authorize(session, request);
    if (decision === 'authorized') return;
    const { reauthenticateAt } = this.options;
    const { maxSignInAge } = access;
    throw denialFor(decision, { who: { session }, maxSignInAge, reauthenticateAt });
  }

  async #accessOf(
    described: ForwardAuthRequest | 'unclear',
    response: object,
  ): Promise<RouteAccess> {
    if (described === 'unclear') {
      throw new ProblemException(
        HttpStatus.FORBIDDEN,
        'ERR_VERIFY_UNCLEAR',
        'The request must be described in exactly one form. Configure the gateway to send X-Original-* or X-Forwarded-* headers, and to clear all others.',
      );
    }
    const { route, service } = described;
    if (route === null) return ANYBODY;
    const access = await this.directory.lookUp(
      service === undefined ? route : { ...route, service },
    );
    if (access === 'stale') {
      this.#setHeaders(response, { 'Retry-After': String(this.options.retryAfter) });
      throw new ProblemException(
        HttpStatus.SERVICE_UNAVAILABLE,
        'ERR_ACCESS_STALE',
        'The route requirements of the service are unavailable right now. Try again.',
      );
    }
    if (access !== 'unknown') return access;
    throw new ProblemException(
      HttpStatus.FORBIDDEN,
      'ERR_ROUTE_UNKNOWN',
      'No known service has this route.',
    );
  }

  async #find(request: IncomingMessage, { skipsCache }: RouteAccess): Promise<Session | null> {
    const find = () => this.source.find(request, { fresh: skipsCache });
    try {
      return await this.instruments.run({ name: 'find' }, find);
    } catch (error) {
      // Two tokens: the user of the request is unclear.
      if (error instanceof AmbiguousTokenError) return null;
      throw error;
    }
  }

  #setHeaders(response: object, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) {
      this.adapterHost.httpAdapter.setHeader(response, name, value);
    }
  }

  /**
   * Renews the idle timeout, as the guard does for an admitted request. The renewal is asynchronous; after a
   * failure, the next request renews the timeout.
   */
  #keepAlive(session: Session): void {
    this.source.touch(session)?.catch((error: unknown) => {
      this.#logger.warn(
        `The idle timeout of session ${session.id} was not renewed: ${String(error)}`,
      );
    });
  }
}

/**
 * Returns whether the client can resolve the rejection and needs its details. A gateway that drops the body,
 * as nginx does, passes the header on.
 */
function isReauthenticationRequired(error: unknown): error is SessionException {
  return (
    error instanceof SessionException && error.code === 'ERR_SESSION_REAUTHENTICATION_REQUIRED'
  );
}
