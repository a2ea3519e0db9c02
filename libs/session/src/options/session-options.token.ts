/** Injection token of the module's resolved {@link SessionOptions}. */
export const SESSION_OPTIONS = Symbol('nest-sessions:options');
