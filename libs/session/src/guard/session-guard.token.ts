/** Injects the application's {@link SessionGuard}, which may be a subclass. */
export const SESSION_GUARD = Symbol('nest-sessions:session-guard');
