import type { SessionData, SessionUser } from './session-types.js';

/**
 * Maximum number of nested levels in a session's data, and in its user. The limit is generous, and still low
 * enough that recursive code such as `JSON.stringify` does not overflow the stack.
 */
const MAX_LEVELS = 500;

/** Fields of a record that a later release has added. */
export type FurtherFields = Readonly<Record<string, unknown>>;

/** Fields from which a {@link Session} is created. */
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
> &
  Partial<Pick<Session, 'supersededBy' | 'supersedes'>>;

/**
 * Live session as services see it. Immutable, so requests may share it. Times are epoch milliseconds,
 * durations are milliseconds.
 */
export class Session {
  /** SHA-256 of the token, base64url: names the session without giving access to it. */
  readonly id: string;
  /** User with all fields of the record, also those that this app does not declare. */
  readonly user: SessionUser;
  /** Exact, case-sensitive names; nothing else grants anything. */
  readonly roles: readonly string[];
  /** Time of the sign-in. A rotation keeps it. */
  readonly createdAt: number;
  /** Time of the user's last authentication. */
  readonly authenticatedAt: number;
  /** Absolute timeout: no use of the session extends it. */
  readonly absoluteExpiresAt: number;
  /** Time without use after which the session ends. */
  readonly idleTimeout: number;
  /** The `User-Agent` at sign-in, for the user's own list of sessions. */
  readonly userAgent: string | null;
  /** The client's IP address at sign-in. */
  readonly ip: string | null;
  /** Data that the issuing app keeps with the session. */
  readonly data: SessionData;
  /**
   * Id of the session that has superseded this session, after its token was replaced with a grace. A
   * superseded session still works, except on a route with `@SkipCache()`, and ends in a moment. `null`
   * for every other session.
   */
  readonly supersededBy: string | null;
  /** Id of the session that was rotated into this session; may be gone by now. `null` for a sign-in. */
  readonly supersedes: string | null;
  readonly #granted: ReadonlySet<string>;
  readonly #further: FurtherFields | null;

  /**
   * @param frozen Makes a value immutable. The default copies the value; its owner may freeze it in place.
   * @param further Fields of the record that this release does not know.
   */
  constructor(
    fields: SessionFields,
    frozen: <T extends object>(value: T) => T = frozenCopy,
    further: FurtherFields | null = null,
  ) {
    this.id = fields.id;
    this.user = frozen(fields.user);
    this.roles = frozen(fields.roles);
    this.createdAt = fields.createdAt;
    this.authenticatedAt = fields.authenticatedAt;
    this.absoluteExpiresAt = fields.absoluteExpiresAt;
    this.idleTimeout = fields.idleTimeout;
    this.userAgent = fields.userAgent;
    this.ip = fields.ip;
    this.data = frozen(fields.data);
    this.supersededBy = fields.supersededBy ?? null;
    this.supersedes = fields.supersedes ?? null;
    this.#granted = new Set(this.roles);
    this.#further = further;
    Object.freeze(this);
  }

  /** Fields unknown to this release, which {@link with} and a rewritten record keep. */
  static furtherFieldsOf(session: Session): FurtherFields | null {
    return session.#further;
  }

  /** Returns a copy of this session with these fields replaced. */
  with(changes: Partial<SessionFields>): Session {
    return new Session(Object.assign({}, this, changes), undefined, this.#further);
  }

  /**
   * Whether the session carries exactly this role.
   *
   * @example
   * session.hasRole('orders:write');
   */
  hasRole(role: string): boolean {
    return this.#granted.has(role);
  }

  /**
   * Whether the session carries at least one of these roles.
   *
   * @example
   * session.hasAnyRole(['orders', 'orders:write']);
   */
  hasAnyRole(roles: readonly string[]): boolean {
    return roles.some((role) => this.#granted.has(role));
  }
}

/**
 * Returns a copy of JSON-like data that is frozen at every depth.
 *
 * @throws RangeError when the data is nested deeper than it could be read again
 */
function frozenCopy<T extends object>(value: T, level = 1): T {
  requireLevel(level);
  const copy: object = Array.isArray(value)
    ? value.map((it) => frozenValue(it, level))
    : // Unlike assignment, this makes '__proto__' a property like any other.
      Object.fromEntries(Object.entries(value).map(([key, it]) => [key, frozenValue(it, level)]));
  return Object.freeze(copy) as T;
}

function frozenValue(value: unknown, level: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // A date, for instance: the store returns its JSON form.
  if (hasJsonForm(value)) return value.toJSON();
  return frozenCopy(value, level + 1);
}

/** @throws RangeError for a level beyond {@link MAX_LEVELS} */
export function requireLevel(level: number): void {
  if (level <= MAX_LEVELS) return;
  throw new RangeError(
    `The data of a session is nested deeper than ${MAX_LEVELS} levels. Flatten it, or keep it elsewhere.`,
  );
}

function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
