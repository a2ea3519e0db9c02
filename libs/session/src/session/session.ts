import type { SessionData, SessionUser } from './session-types.js';

/**
 * How many levels data may have. More than anybody needs, and so few that nothing which walks through
 * them, such as `JSON.stringify`, comes to the end of the stack.
 */
const MAX_LEVELS = 500;

/** Fields of a record, and of the user in it, that a later release has added. */
export interface FurtherFields {
  readonly record: Readonly<Record<string, unknown>>;
  readonly user: Readonly<Record<string, unknown>>;
}

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
> &
  Partial<Pick<Session, 'supersededBy' | 'supersedes'>>;

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
  /**
   * The id of the session that this one goes on as, once its token was replaced with a grace: it does what
   * it could do before, nothing that must be fresh, and ends in a moment. `null` for every other session.
   */
  readonly supersededBy: string | null;
  /** The id of the session that was rotated into this one; it may be gone by now. `null` for a sign-in. */
  readonly supersedes: string | null;
  readonly #granted: ReadonlySet<string>;
  readonly #further: FurtherFields | null;

  /**
   * @param frozen Makes what is given unchangeable. By default it is copied; who owns it already may do
   *   with less.
   * @param further The fields of the record that this release does not know.
   */
  constructor(
    fields: SessionFields,
    frozen: <T extends object>(value: T) => T = frozenCopy,
    further: FurtherFields | null = null,
  ) {
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
    this.supersededBy = fields.supersededBy ?? null;
    this.supersedes = fields.supersedes ?? null;
    this.#granted = new Set(this.roles);
    this.#further = further;
    Object.freeze(this);
  }

  /** Fields that {@link with} keeps, and a rewritten record holds again, though this release does not know them. */
  static furtherFieldsOf(session: Session): FurtherFields | null {
    return session.#further;
  }

  /** A session like this one, but for these fields. */
  with(changes: Partial<SessionFields>): Session {
    return new Session(Object.assign({}, this, changes), undefined, this.#further);
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

/**
 * A copy of JSON-like data that cannot be changed at any depth.
 *
 * @throws RangeError when it is nested deeper than can be read again
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
  // A date, for instance: what the store gives back is what JSON makes of it.
  if (hasJsonForm(value)) return value.toJSON();
  return frozenCopy(value, level + 1);
}

/** @throws RangeError for a level that data may not have */
export function requireLevel(level: number): void {
  if (level <= MAX_LEVELS) return;
  throw new RangeError(
    `The data of a session is nested deeper than ${MAX_LEVELS} levels. Keep less in it.`,
  );
}

function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
