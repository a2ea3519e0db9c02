/**
 * Core: the session module and its guard, the decorators of routes, and the session of a request.
 *
 * @module nest-sessions
 */

export { SessionModule } from './session.module.js';
export type { SessionCookieOptions, SessionModuleOptions } from './options/session.options.js';
export { SessionOptions } from './options/session.options.js';
export { SESSION_OPTIONS } from './options/session-options.token.js';

export { AllowServices } from './roles/allow-services.decorator.js';
export { CurrentCaller } from './guard/current-caller.decorator.js';
export { CurrentSession } from './guard/current-session.decorator.js';
export { CurrentUser } from './guard/current-user.decorator.js';
export { OptionalSession } from './roles/optional-session.decorator.js';
export { Public } from './roles/public.decorator.js';
export { RequireRecentSignIn } from './roles/require-recent-sign-in.decorator.js';
export { Roles } from './roles/roles.decorator.js';
export { ServicesOnly } from './roles/services-only.decorator.js';
export { SkipCache } from './roles/skip-cache.decorator.js';
export {
  type Decision,
  type RouteRequirements,
  SessionAuthorizer,
} from './roles/session-authorizer.js';
export { type AccessRule, AccessRules } from './roles/access-rules.js';

export { SessionGuard } from './guard/session.guard.js';
export { SessionExceptionFilter } from './guard/session-exception.filter.js';

export { Session } from './session/session.js';
// A star export: only then can `declare module 'nest-sessions'` extend its interfaces.
export * from './session/session-types.js';
export { Sessions } from './attributes/sessions.js';

export { type FindOptions, SessionStore } from './store/session.store.js';
export { callerOf, carrierOf, sessionOf } from './source/request-session.js';
export { SessionSource } from './source/session.source.js';
export { TokenExtractor } from './token/token-extractor.js';
export type { TokenRequest } from './token/token-headers.js';

export { SessionError } from './errors/session-error.js';
export { roleRequired, SessionException, sessionRequired } from './errors/session-exception.js';
export { reauthenticationRequired } from './errors/reauthentication-required.js';
export { SessionStoreUnavailableError } from './errors/session-store-unavailable.error.js';
