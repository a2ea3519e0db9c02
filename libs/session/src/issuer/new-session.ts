import type { SessionData, SessionUser } from '../session/session-types.js';

interface NewSessionFields {
  /** Signed-in user: `id`, `username` and the fields that the app declares. `id` is a string. */
  user: SessionUser;
  /** Exact names. */
  roles: readonly string[];
  /** The `User-Agent` of the request, cut after 256 characters. @default null */
  userAgent?: string | null;
  /** Client's IP address. @default null */
  ip?: string | null;
  /**
   * Time of the user's last authentication, in epoch milliseconds, where another system authenticated the user
   * earlier. `@RequireRecentSignIn()` compares it. Give `1` if the time is unknown. A time ahead of now counts
   * as now. The timeouts start now in any case.
   * @default now
   */
  authenticatedAt?: number;
  /** Ids of the client's previous sessions, which end once the new session is stored and confirmed. */
  replaces?: readonly string[];
}

interface DataField {
  /** May be omitted if no field is required. @default {} */
  data: SessionData;
}

/** Data of a new session: required once the app declares a `SessionData` with required fields. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- applications extend it
export type GivenData = Partial<SessionData> extends SessionData ? Partial<DataField> : DataField;

/** Data of a new session without data. The types require the data if this is not enough. */
export const NO_DATA = Object.freeze({}) as SessionData;

/** Fields of a new session. */
export type NewSession = NewSessionFields & GivenData;

/** Fields of a user that change later: all except the id. */
export type UserChanges = Partial<Omit<SessionUser, 'id'>>;

/**
 * Object with declared fields alone. Every field is stored and readable in every service, so a row of the user
 * table, with its password hash, must not compile.
 */
export type OnlyDeclared<Given, Declared> = Given &
  Readonly<Record<Exclude<keyof Given, keyof Declared>, never>>;
