import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { describeError } from '../common/describe-error.js';
import { denialFor } from '../errors/denial-for.js';
import {
  crossOriginRefused,
  roleRequired,
  SessionException,
  sessionRequired,
} from '../errors/session-exception.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { type AccessRule, AccessRules } from '../roles/access-rules.js';
import { ANY_SERVICE } from '../roles/allow-services.decorator.js';
import { SessionAuthorizer } from '../roles/session-authorizer.js';
import { Session } from '../session/session.js';
import { removeEnvelope } from '../source/envelope.js';
import { SessionSource } from '../source/session.source.js';
import type { ReferredCall } from '../source/signed-call.js';
import type { FindOptions } from '../store/session.store.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { IDENTITY_HEADER, type TokenRequest } from '../token/token-headers.js';
import { Denials } from './denials.js';
import { IncomingCalls } from './incoming-calls.js';
import { isCrossOrigin } from './is-cross-origin.js';
import { SessionChecks } from './session-checks.js';
import { SessionTransports } from './session-transports.js';
import { attachCaller, attachSession, carrierOf } from '../source/request-session.js';

/** Indexes of the request and the response among a handler's arguments. */
const REQUEST = 0;
const RESPONSE = 1;

const FRESH: FindOptions = { fresh: true };

/**
 * The single global guard. It authorizes a request or message whose session is live and carries the service's
 * role and one of the route's roles. With the module added, a route without a decorator is closed.
 *
 * Each step may be overridden in a subclass.
 *
 * @throws SessionException 400 with two tokens; 401 without a valid session or with an unproven call; 403
 *   without the role, from another origin, with another client, or when the user must re-authenticate; 503
 *   when the store does not answer. Messages and WebSockets receive it in the form of the transport.
 *
 * @example
 * ```ts
 * // SessionModule.forRoot({ redis, guard: KioskGuard })
 * @Injectable()
 * export class KioskGuard extends SessionGuard {
 *   // A kiosk sends requests all day: they do not count as use.
 *   protected override keepAlive(session: Session): void {
 *     if (!session.hasRole('kiosk')) super.keepAlive(session);
 *   }
 * }
 * ```
 */
@Injectable()
export class SessionGuard implements CanActivate {
  protected readonly logger = new Logger(SessionGuard.name);

  constructor(
    @Inject(SESSION_OPTIONS) protected readonly options: SessionOptions,
    protected readonly rules: AccessRules,
    protected readonly authorizer: SessionAuthorizer,
    protected readonly source: SessionSource,
    protected readonly calls: IncomingCalls,
    protected readonly tokens: TokenExtractor,
    protected readonly adapterHost: HttpAdapterHost,
    protected readonly transports: SessionTransports,
    protected readonly checks: SessionChecks,
    private readonly denials: Denials,
    private readonly instruments: SessionInstruments,
  ) {}

  /**
   * Authorizes the request and records a denial: an exception filter of the application only formats it.
   *
   * Synchronous when the session is in this process' memory, because a promise costs as much as the rest.
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.instruments.isIdle) return this.decideOrDeny(context);
    return this.instruments.run({ name: 'authorize', context }, () => this.decideOrDeny(context));
  }

  /** @throws the denial in the form of its transport */
  protected decideOrDeny(context: ExecutionContext): boolean | Promise<boolean> {
    try {
      const decided = this.decide(context);
      return typeof decided === 'boolean'
        ? decided
        : decided.catch((error: unknown) => this.deny(error, context));
    } catch (error) {
      return this.deny(error, context);
    }
  }

  /**
   * Decides again about a request or message whose channel is still open, such as an event stream.
   *
   * @param session The session as it is now.
   * @returns `null` while the channel may stay open; otherwise the denial, which is not recorded
   */
  review(session: Session, context: ExecutionContext): SessionException | null {
    const request = this.requestOf(context);
    if (request === null) return sessionRequired();
    try {
      this.requireAuthorized(context, request, this.rules.of(context), session, null);
      return null;
    } catch (error) {
      if (error instanceof SessionException) return error;
      throw error;
    }
  }

  /** @throws the denial that replaces the error, see {@link Denials} */
  protected deny(error: unknown, context: ExecutionContext): never {
    throw this.denials.toThrow(error, context);
  }

  /**
   * @throws SessionException before it is recorded and given the form of its transport
   * @throws AmbiguousTokenError with two tokens (answered 400)
   * @throws SessionStoreUnavailableError when the store does not answer (answered 503)
   */
  protected decide(context: ExecutionContext): boolean | Promise<boolean> {
    const request = this.requestOf(context);
    const rule = this.rules.of(context);
    if (request !== null) this.requireOwnOrigin(withMethod(request, context));
    if (rule.isPublic && !rule.isSessionOptional) return true;
    this.forbidCaching(context);
    if (request === null) {
      if (rule.isPublic) return true;
      throw sessionRequired();
    }
    const call = this.calls.of(request, context);
    if (call?.reference === null) return this.admitService(context, rule, call.caller);
    const found = this.findOnce(context, request, call, rule);
    return found === null || found instanceof Session
      ? this.admit(context, request, rule, found, call)
      : found.then((session) => this.admit(context, request, rule, session, call));
  }

  /**
   * Returns the credentials of a request or message. HTTP: the request itself. Other transports: the
   * credentials that a feature reads. `null` for transports without credentials, on which every handler that is
   * not `@Public()` is closed.
   */
  protected requestOf(context: ExecutionContext): TokenRequest | null {
    if (context.getType() === 'http') return context.getArgByIndex<TokenRequest>(REQUEST);
    const transport = this.transports.of(context);
    if (transport) return transport.credentialsOf(context);
    // A public handler receives the data, not the caller's credentials, with or without SessionCallsModule.
    if (context.getType() === 'rpc') removeEnvelope(context.getArgs<unknown[]>());
    return null;
  }

  /**
   * Rejects a state change that a page of another origin requests with the cookie or an identity. The browser
   * adds the cookie by itself, and a gateway makes the identity from it. Applies to public routes as well,
   * for instance a logout. Messages have no method: a page sends them on a connection that was checked.
   */
  protected requireOwnOrigin({ headers, method }: TokenRequest): void {
    const { trustedOrigins } = this.options;
    if (trustedOrigins === null || method === undefined) return;
    if (!isCrossOrigin(method, headers, trustedOrigins)) return;
    const isAmbient = this.tokens.carriesCookie(headers) || headers[IDENTITY_HEADER] !== undefined;
    if (isAmbient && !this.tokens.carriesBearer(headers)) throw crossOriginRefused();
  }

  /** Every response depends on the caller, so no cache may store it (RFC 9111, 5.2.2.5). */
  protected forbidCaching(context: ExecutionContext): void {
    if (context.getType() !== 'http') {
      this.transports.of(context)?.forbidCaching?.(context);
      return;
    }
    const response = context.getArgByIndex<object>(RESPONSE);
    this.adapterHost.httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  }

  /** Looks the session up, or returns the session that another handler of the same request has looked up. */
  protected findOnce(
    context: ExecutionContext,
    request: TokenRequest,
    call: ReferredCall | null,
    rule: AccessRule,
  ): Session | null | Promise<Session | null> {
    const transport = context.getType() === 'http' ? undefined : this.transports.of(context);
    if (transport?.share === undefined) return this.#findObserved(request, call, rule);
    return transport.share(context, rule.skipsCache, () => this.#findObserved(request, call, rule));
  }

  #findObserved(
    request: TokenRequest,
    call: ReferredCall | null,
    rule: AccessRule,
  ): Session | null | Promise<Session | null> {
    if (this.instruments.isIdle) return this.findSession(request, call, rule);
    return this.instruments.run({ name: 'find' }, () => this.findSession(request, call, rule));
  }

  /** @param call Call of a service on behalf of a session; `null` for a request of a user. */
  protected findSession(
    request: TokenRequest,
    call: ReferredCall | null,
    { skipsCache }: AccessRule,
  ): Session | null | Promise<Session | null> {
    const options = skipsCache ? FRESH : undefined;
    return call === null
      ? this.source.find(request, options)
      : this.source.findReferred(call.reference, call.caller, options);
  }

  /** Authorizes a request whose session has the roles that the route requires. */
  protected admit(
    context: ExecutionContext,
    request: TokenRequest,
    rule: AccessRule,
    session: Session | null,
    call: ReferredCall | null,
  ): boolean {
    if (!rule.isPublic) return this.admitSession(context, request, rule, session, call);
    try {
      return this.admitSession(context, request, rule, session, call);
    } catch (error) {
      if (!(error instanceof SessionException)) throw error;
      // A request that a closed route would reject counts as anonymous.
      attachSession(carrierOf(context), null);
      return true;
    }
  }

  protected admitSession(
    context: ExecutionContext,
    request: TokenRequest,
    rule: AccessRule,
    session: Session | null,
    call: ReferredCall | null,
  ): boolean {
    if (session === null) throw sessionRequired();
    this.requireAuthorized(context, request, rule, session, call);
    // A service has a client of its own.
    if (call === null) this.checks.run(session, context, rule);
    const carrier = carrierOf(context);
    attachSession(carrier, session);
    if (call !== null) attachCaller(carrier, call.caller);
    if (this.countsAsUse(context)) this.keepAlive(session);
    return true;
  }

  /** Authorizes a service that calls as itself, on behalf of no user. */
  protected admitService(context: ExecutionContext, rule: AccessRule, caller: string): boolean {
    const { services, isPublic } = rule;
    if (!isPublic && !services.includes(ANY_SERVICE) && !services.includes(caller)) {
      throw roleRequired({ caller });
    }
    const carrier = carrierOf(context);
    attachCaller(carrier, caller);
    if (isPublic) attachSession(carrier, null);
    return true;
  }

  /** Rejects a session that does not meet the requirements of the route; see {@link SessionAuthorizer}. */
  protected requireAuthorized(
    context: ExecutionContext,
    request: TokenRequest,
    rule: AccessRule,
    session: Session,
    call: ReferredCall | null,
  ): void {
    const { requiredRole, reauthenticateAt } = this.options;
    const decision = this.authorizer.authorize(session, rule, requiredRole, request, context);
    if (decision === 'authorized') return;
    const { maxSignInAge } = rule;
    const who = { session, caller: call?.caller };
    throw denialFor(decision, { who, maxSignInAge, reauthenticateAt });
  }

  /** Whether a request or message is a use of the session, which renews the idle timeout. */
  protected countsAsUse(context: ExecutionContext): boolean {
    return context.getType() === 'http' || this.transports.of(context)?.isUse?.(context) !== false;
  }

  /**
   * Renews the idle timeout of an authorized session. The request neither waits for the renewal nor fails
   * with it, and the next request renews it again.
   */
  protected keepAlive(session: Session): void {
    this.source.touch(session)?.catch((error: unknown) => {
      this.logger.warn(
        `The idle timeout of session ${session.id} was not renewed: ${describeError(error)}`,
      );
    });
  }
}

/** Adds the method of an HTTP request, so that a subclass which passes on only headers leaves out no check. */
function withMethod(request: TokenRequest, context: ExecutionContext): TokenRequest {
  if (request.method !== undefined || context.getType() !== 'http') return request;
  const { method } = context.getArgByIndex<TokenRequest>(REQUEST);
  return { ...request, method };
}
