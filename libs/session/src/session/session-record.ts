import { InvalidSessionError } from '../errors/invalid-session.error.js';
import { type FurtherFields, requireLevel, Session, type SessionFields } from './session.js';
import { jsonFormOf } from './json-form.js';
import type { SessionData, SessionUser } from './session-types.js';

/** Version that this release writes and reads. A record of any other version is not a session. */
const RECORD_VERSION = 1;

/**
 * Session as the store keeps it: JSON under `session:{id}`. The format is public: services in other
 * languages read it. A change of meaning raises `v`.
 */
interface SessionRecord {
  v: typeof RECORD_VERSION;
  id: string;
  /** `id`, `username`, and the fields that the app declares in `SessionUser`. */
  user: SessionUser;
  roles: readonly string[];
  createdAt: number;
  authenticatedAt: number;
  /** Absolute timeout of the session, in epoch milliseconds. */
  abs: number;
  /** Idle timeout of the session, in milliseconds. */
  idle: number;
  ua: string | null;
  ip: string | null;
  data: SessionData;
  /** Id of the session that has superseded this session, which ends at `abs`. Absent: not superseded. */
  supersededBy?: string;
  /** Id of the session that this session has replaced. Absent: none. */
  supersedes?: string;
}

/**
 * Encodes a session as a record. Fields that were unknown to this release when it read the record are kept.
 *
 * @throws InvalidSessionError for a session that {@link decodeSession} would not read
 *
 * @example
 * const json = encodeSession(session);
 */
export function encodeSession(session: Session): string {
  return encoded({ ...Session.furtherFieldsOf(session), ...recordOf(session) });
}

/**
 * Checks the fields of a session before the session is created or changed.
 *
 * @returns the fields as every service reads them: user and data in their JSON form
 * @throws InvalidSessionError for fields that {@link decodeSession} would not read
 */
export function requireReadable(fields: SessionFields): SessionFields {
  const user = jsonFormOf('user', fields.user);
  const data = jsonFormOf('data', fields.data);
  const readable = { ...fields, user, data };
  encoded(recordOf(readable));
  return readable;
}

/** Checks the value after a JSON round trip, which turns a date into text and NaN into null. */
function encoded(record: object): string {
  let json: string;
  try {
    json = JSON.stringify(record);
  } catch (error) {
    throw new InvalidSessionError(`It cannot be written as JSON (${String(error)}).`);
  }
  const problem = problemOf(JSON.parse(json));
  if (problem !== null) throw new InvalidSessionError(problem);
  return json;
}

function recordOf(session: SessionFields): SessionRecord {
  const { supersededBy = null, supersedes = null } = session;
  return {
    v: RECORD_VERSION,
    id: session.id,
    user: session.user,
    roles: session.roles,
    createdAt: session.createdAt,
    authenticatedAt: session.authenticatedAt,
    abs: session.absoluteExpiresAt,
    idle: session.idleTimeout,
    ua: session.userAgent,
    ip: session.ip,
    data: session.data,
    ...(supersededBy !== null && { supersededBy }),
    ...(supersedes !== null && { supersedes }),
  };
}

/**
 * Reads a record. Returns `null` for anything that {@link encodeSession} does not write: broken JSON, another
 * version, a wrong type of a field, the record of another session. Fields that a later minor release has
 * added are kept, and written back with the others.
 *
 * @example
 * const session = decodeSession(id, json);
 */
export function decodeSession(id: string, json: string): Session | null {
  try {
    const record: unknown = JSON.parse(json);
    return isRecord(record) && record.id === id ? toSession(record) : null;
  } catch {
    // The text is not JSON, or is nested deeper than a session may be.
    return null;
  }
}

function toSession(record: SessionRecord): Session {
  const fields = {
    id: record.id,
    user: record.user,
    roles: record.roles,
    createdAt: record.createdAt,
    authenticatedAt: record.authenticatedAt,
    absoluteExpiresAt: record.abs,
    idleTimeout: record.idle,
    userAgent: record.ua,
    ip: record.ip,
    data: record.data,
    supersededBy: record.supersededBy ?? null,
    supersedes: record.supersedes ?? null,
  };
  // Nothing else holds the parsed value, so no copy is needed.
  return new Session(fields, (value) => deepFrozen(value, 1), furtherFieldsIn(record));
}

/** Most records have no further fields: for these, comparing the number of fields is enough. */
function furtherFieldsIn(record: SessionRecord): FurtherFields | null {
  const { supersededBy, supersedes } = record;
  const known = NAMES.size - Number(supersededBy === undefined) - Number(supersedes === undefined);
  if (Object.keys(record).length === known) return null;
  // Unlike assignment, `fromEntries` makes `__proto__` a field like any other.
  const further = Object.fromEntries(Object.entries(record).filter(([name]) => !NAMES.has(name)));
  return deepFrozen(further, 1);
}

const NAMES: ReadonlySet<string> = new Set<keyof SessionRecord>([
  ...(['v', 'id', 'user', 'roles', 'createdAt', 'authenticatedAt', 'abs', 'idle'] as const),
  ...(['ua', 'ip', 'data', 'supersededBy', 'supersedes'] as const),
]);

/**
 * Freezes a result of `JSON.parse` at every depth.
 *
 * @throws RangeError when the value is nested deeper than a session's data may be
 */
function deepFrozen<T>(value: T, level: number): T {
  if (typeof value !== 'object' || value === null) return value;
  requireLevel(level);
  for (const it of Object.values(value)) deepFrozen(it, level + 1);
  return Object.freeze(value);
}

function isRecord(value: unknown): value is SessionRecord {
  return problemOf(value) === null;
}

/** First reason why a value is not a record, as a sentence; `null` for a record. */
function problemOf(value: unknown): string | null {
  if (!isObject(value) || value.v !== RECORD_VERSION) return 'The value is not a session record.';
  for (const [name, isValid, wanted] of RULES) {
    if (!isValid(value[name])) return `'${name}' must be ${wanted}.`;
  }
  return null;
}

type Rule = readonly [
  name: keyof SessionRecord,
  isValid: (value: unknown) => boolean,
  wanted: string,
];

const RULES: readonly Rule[] = [
  ['id', isText, 'a non-empty string'],
  ['user', isUser, '{ id, username }, both non-empty strings: write String(id) for a number'],
  ['roles', isTextList, 'an array of strings'],
  ['createdAt', isPositiveInteger, 'a whole number of milliseconds'],
  ['authenticatedAt', isPositiveInteger, 'a whole number of milliseconds'],
  ['abs', isPositiveInteger, 'a whole number of milliseconds'],
  ['idle', isPositiveInteger, 'a whole number of milliseconds'],
  ['ua', isTextOrNull, 'a string or null'],
  ['ip', isTextOrNull, 'a string or null'],
  ['data', isObject, 'an object of JSON values'],
  ['supersededBy', isAbsentOrText, 'a non-empty string'],
  ['supersedes', isAbsentOrText, 'a non-empty string'],
];

function isUser(value: unknown): boolean {
  return isObject(value) && isText(value.id) && isText(value.username);
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((it) => typeof it === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isTextOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}

function isAbsentOrText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
