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
import { IdentitySigner } from 'nest-sessions/gateway';
import { type AccessDemand, AccessDirectory } from 'nest-sessions/access';
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
import { type GatewayQuestion, gatewayQuestionOf } from './gateway-question';
import { headerJson, headerList, headerText } from './header-text';
import { VerifiedView } from './verify.view';

/**
 * Requirements without a route: any valid session. The resulting identity is not valid for any other service.
 */
const ANYBODY: AccessDemand = {
  service: 'auth',
  isPublic: false,
  skipsCache: false,
  maxSignInAge: null,
  authorize: () => 'authorized',
};

/**
 * Decides for a gateway whether a request may pass to a service, and identifies its user. A gateway's
 * question is answered with 200, 401, 403 or 503, and with nothing else, whatever the request is.
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
  ) {}

  @Get()
  @ApiOperation({
    summary: 'For gateways: may this request pass, and whose is it?',
    description:
      'Any method, and any path below. The request is told by X-Original-Method and X-Original-URI, by X-Forwarded-Method and X-Forwarded-Uri, or by the method and the path below this one; X-Verify-Service may name the service.',
  })
  @ApiOkResponse({
    type: VerifiedView,
    description: 'It may; X-Session-User, X-Session-Roles and X-Session-Identity say whose it is.',
  })
  @ApiUnauthorizedResponse({ description: 'No valid session.' })
  @ApiForbiddenResponse({
    description:
      'Not with these roles, or no route that is known. Not so long after the sign-in: X-Session-Problem then repeats the body.',
  })
  @ApiServiceUnavailableResponse({ description: 'That cannot be told now.' })
  async verify(
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: object,
  ): Promise<VerifiedView> {
    const question = gatewayQuestionOf(request);
    // Another spelling of the path, which is not a gateway's question.
    if (question === null) throw new NotFoundException();
    // Every response depends on the caller.
    this.#setHeaders(response, { 'Cache-Control': 'no-store' });
    try {
      const demand = await this.#demandOf(question, response);
      return await this.#answer(demand, request, response);
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
    demand: AccessDemand,
    request: IncomingMessage,
    response: object,
  ): Promise<VerifiedView> {
    const found = await this.#find(request, demand);
    if (found) this.#requireAuthorized(found, demand, request);
    const identity =
      found && (await this.signer.sign(found, demand.service, { fresh: demand.skipsCache }));
    // Without an identity, the session ends within this second.
    const session = identity === null ? null : found;
    if (session === null && !demand.isPublic) throw sessionRequired();
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
        service: demand.service,
      },
    };
  }

  /** Checks the same requirements as the guard of the service, in the same order. */
  #requireAuthorized(session: Session, demand: AccessDemand, request: IncomingMessage): void {
    const decision = demand.isPublic ? 'authorized' : demand.authorize(session, request);
    if (decision === 'authorized') return;
    const { reauthenticateAt } = this.options;
    const { maxSignInAge } = demand;
    throw denialFor(decision, { who: { session }, maxSignInAge, reauthenticateAt });
  }

  async #demandOf(question: GatewayQuestion | 'unclear', response: object): Promise<AccessDemand> {
    if (question === 'unclear') {
      throw new ProblemException(
        HttpStatus.FORBIDDEN,
        'ERR_VERIFY_UNCLEAR',
        'The gateway tells the request in no way, or in more than one: have it send one form, and clear the headers of the others.',
      );
    }
    const { route, service } = question;
    if (route === null) return ANYBODY;
    const demand = await this.directory.lookUp(
      service === undefined ? route : { ...route, service },
    );
    if (demand === 'stale') {
      this.#setHeaders(response, { 'Retry-After': String(this.options.retryAfter) });
      throw new ProblemException(
        HttpStatus.SERVICE_UNAVAILABLE,
        'ERR_ACCESS_STALE',
        'What the service demands of its callers is not known right now.',
      );
    }
    if (demand !== 'unknown') return demand;
    throw new ProblemException(
      HttpStatus.FORBIDDEN,
      'ERR_ROUTE_UNKNOWN',
      'No service is known to have this route.',
    );
  }

  async #find(request: IncomingMessage, { skipsCache }: AccessDemand): Promise<Session | null> {
    try {
      return await this.source.find(request, { fresh: skipsCache });
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
