/** Injection token of the open user database, a `Database`. */
export const DATABASE = Symbol('nest-sessions:auth:database');
