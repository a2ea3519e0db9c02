import type { SessionData, SessionUser } from './session-types';

/** What a {@link Session} is made of. */
export type SessionFields = Pick<
  Session,
  | 'id'
  | 'user'
  | 'roles'
  | 'createdAt'
  | 'authenticatedAt'
  | 'absoluteExpiresAt'
  | 'idleTimeout'
  | 'userAgent'
  | 'ip'
  | 'data'
>;

/**
 * A live session as services see it. Immutable: it may be shared between requests. Times are epoch
 * milliseconds, spans are milliseconds.
 */
export class Session {
  /** SHA-256 of the token, base64url: names the session without giving access to it. */
  readonly id: string;
  readonly user: SessionUser;
  /** Exact, case-sensitive names; nothing else grants anything. */
  readonly roles: readonly string[];
  readonly createdAt: number;
  /** When the user last proved who they are. */
  readonly authenticatedAt: number;
  /** When the session ends whatever happens. */
  readonly absoluteExpiresAt: number;
  /** The session ends when it is not used for this long. */
  readonly idleTimeout: number;
  /** The `User-Agent` at sign-in, for the user's own list of sessions. */
  readonly userAgent: string | null;
  /** The address at sign-in. */
  readonly ip: string | null;
  /** What the issuing app keeps with the session. */
  readonly data: SessionData;
  readonly #granted: ReadonlySet<string>;

  /**
   * @param frozen Makes what is given unchangeable. By default it is copied; who owns it already may do
   *   with less.
   */
  constructor(fields: SessionFields, frozen: <T extends object>(value: T) => T = frozenCopy) {
    this.id = fields.id;
    this.user = Object.freeze({ id: fields.user.id, username: fields.user.username });
    this.roles = frozen(fields.roles);
    this.createdAt = fields.createdAt;
    this.authenticatedAt = fields.authenticatedAt;
    this.absoluteExpiresAt = fields.absoluteExpiresAt;
    this.idleTimeout = fields.idleTimeout;
    this.userAgent = fields.userAgent;
    this.ip = fields.ip;
    this.data = frozen(fields.data);
    this.#granted = new Set(this.roles);
    Object.freeze(this);
  }

  /** A session like this one, but for these fields. */
  with(changes: Partial<SessionFields>): Session {
    return new Session(Object.assign({}, this, changes));
  }

  /** Whether the session carries exactly this role. */
  hasRole(role: string): boolean {
    return this.#granted.has(role);
  }

  /** Whether the session carries at least one of these roles. */
  hasAnyRole(roles: readonly string[]): boolean {
    return roles.some((role) => this.#granted.has(role));
  }
}

/** A copy of JSON-like data that cannot be changed at any depth. */
function frozenCopy<T extends object>(value: T): T {
  const copy: object = Array.isArray(value)
    ? value.map(frozenValue)
    : // Unlike assignment, this makes '__proto__' a property like any other.
      Object.fromEntries(Object.entries(value).map(([key, it]) => [key, frozenValue(it)]));
  return Object.freeze(copy) as T;
}

function frozenValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // A date, for instance: what the store gives back is what JSON makes of it.
  if (hasJsonForm(value)) return value.toJSON();
  return frozenCopy(value);
}

function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
