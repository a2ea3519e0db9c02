import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { describeError } from '../errors/describe-error';
import { roleRequired, sessionRequired } from '../errors/session-exception';
import { SESSION_OPTIONS } from '../options/session-options.token';
import type { SessionOptions } from '../options/session.options';
import { type AccessRule, AccessRules } from '../roles/access-rules';
import { Session } from '../session/session';
import { type FindOptions, SessionStore } from '../store/session.store';
import { sessionIdOf } from '../token/session-token';
import { TokenExtractor } from '../token/token-extractor';
import type { TokenRequest } from '../token/token-headers';
import { attachSession } from './request-session';

/**
 * What `switchToHttp()` gives by name, as a handler's arguments: that call makes three functions, which
 * costs more than finding a session in memory.
 */
const REQUEST = 0;
const RESPONSE = 1;

const FRESH: FindOptions = { fresh: true };

/**
 * The one global guard: lets a request in when its session is alive and carries the service's role
 * and one of the route's roles. With the module added, a route without a decorator is closed.
 *
 * Each step may be overridden in a subclass.
 *
 * @throws SessionException 401 without a valid session, 403 without the role
 * @throws AmbiguousTokenError with two tokens (answered 400)
 * @throws SessionStoreUnavailableError when the store does not answer (answered 503)
 */
@Injectable()
export class SessionGuard implements CanActivate {
  protected readonly logger = new Logger(SessionGuard.name);

  constructor(
    @Inject(SESSION_OPTIONS) protected readonly options: SessionOptions,
    protected readonly rules: AccessRules,
    protected readonly tokens: TokenExtractor,
    protected readonly store: SessionStore,
    protected readonly adapterHost: HttpAdapterHost,
  ) {}

  /** At once where the session is in this process' memory: a promise costs as much as the rest. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.rules.of(context);
    if (rule.isPublic) return true;
    this.forbidCaching(context);
    const token = this.extractToken(context);
    if (token === null) throw sessionRequired();
    const found = this.findSession(token, rule);
    return found === null || found instanceof Session
      ? this.admit(context, rule, found)
      : found.then((session) => this.admit(context, rule, session));
  }

  /** Lets a request in that has a session with the roles that the route asks for. */
  protected admit(context: ExecutionContext, rule: AccessRule, session: Session | null): boolean {
    if (session === null) throw sessionRequired();
    if (!this.isAllowed(session, rule)) throw roleRequired();
    this.attach(context, session);
    this.keepAlive(session);
    return true;
  }

  /** Whatever the answer, it depends on who asks: no cache may keep it (RFC 9111, 5.2.2.5). */
  protected forbidCaching(context: ExecutionContext): void {
    if (context.getType() !== 'http') return;
    const response = context.getArgByIndex<object>(RESPONSE);
    this.adapterHost.httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  }

  /** Doors other than HTTP carry no token: what is not `@Public()` is closed there. */
  protected extractToken(context: ExecutionContext): string | null {
    if (context.getType() !== 'http') return null;
    return this.tokens.extractFrom(context.getArgByIndex<TokenRequest>(REQUEST));
  }

  protected findSession(
    token: string,
    { isFresh }: AccessRule,
  ): Session | null | Promise<Session | null> {
    return this.store.find(sessionIdOf(token), isFresh ? FRESH : undefined);
  }

  protected isAllowed(session: Session, rule: AccessRule): boolean {
    const { requiredRole } = this.options;
    return (
      (requiredRole === undefined || session.hasRole(requiredRole)) &&
      (rule.anyOf.length === 0 || session.hasAnyRole(rule.anyOf))
    );
  }

  protected attach(context: ExecutionContext, session: Session): void {
    attachSession(context.getArgByIndex<object>(REQUEST), session);
  }

  /**
   * Slides the idle timeout of a session that was let in. The request does not wait for it, nor
   * does it fail with it: the next one slides again.
   */
  protected keepAlive(session: Session): void {
    this.store.touch(session)?.catch((error: unknown) => {
      this.logger.warn(
        `The idle timeout of session ${session.id} was not renewed: ${describeError(error)}`,
      );
    });
  }
}
