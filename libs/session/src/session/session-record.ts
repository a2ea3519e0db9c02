import { requireLevel, Session } from './session';
import type { SessionData } from './session-types';

/** The version that this code writes and reads. A record of any other version is no session. */
const RECORD_VERSION = 1;

/**
 * A session as the store keeps it: JSON under `session:{id}`. The format is public, services in
 * other languages read it; a change of meaning raises `v`.
 */
interface SessionRecord {
  v: typeof RECORD_VERSION;
  id: string;
  user: { id: string; username: string };
  roles: string[];
  createdAt: number;
  authenticatedAt: number;
  /** Epoch milliseconds at which the session ends whatever happens. */
  abs: number;
  /** Milliseconds without use after which it ends. */
  idle: number;
  ua: string | null;
  ip: string | null;
  data: SessionData;
  /** The id of the session that this one goes on as until `abs`. Absent: it was not superseded. */
  supersededBy?: string;
  /** The id of the session whose place this one has taken. Absent: none. */
  supersedes?: string;
}

export function encodeSession(session: Session): string {
  const record: SessionRecord = {
    v: RECORD_VERSION,
    id: session.id,
    user: session.user,
    roles: [...session.roles],
    createdAt: session.createdAt,
    authenticatedAt: session.authenticatedAt,
    abs: session.absoluteExpiresAt,
    idle: session.idleTimeout,
    ua: session.userAgent,
    ip: session.ip,
    data: session.data,
    ...(session.supersededBy !== null && { supersededBy: session.supersededBy }),
    ...(session.supersedes !== null && { supersedes: session.supersedes }),
  };
  return JSON.stringify(record);
}

/**
 * Reads a record, or gives `null` when it is not exactly what {@link encodeSession} writes: broken
 * JSON, another version, a field of the wrong type, the record of another session. Unknown further
 * fields are passed over, so that a later minor release may add some.
 */
export function decodeSession(id: string, json: string): Session | null {
  try {
    const record: unknown = JSON.parse(json);
    return isRecord(record) && record.id === id ? toSession(record) : null;
  } catch {
    // Not JSON, or nested deeper than a session may be.
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
  // Nobody else has what was just parsed: no copy is needed.
  return new Session(fields, (value) => deepFrozen(value, 1));
}

/**
 * Freezes what came out of `JSON.parse`, at every depth.
 *
 * @throws RangeError when it is nested deeper than a session's data may be
 */
function deepFrozen<T>(value: T, level: number): T {
  if (typeof value !== 'object' || value === null) return value;
  requireLevel(level);
  for (const it of Object.values(value)) deepFrozen(it, level + 1);
  return Object.freeze(value);
}

function isRecord(value: unknown): value is SessionRecord {
  return (
    isObject(value) &&
    value.v === RECORD_VERSION &&
    isText(value.id) &&
    isObject(value.user) &&
    isText(value.user.id) &&
    isText(value.user.username) &&
    Array.isArray(value.roles) &&
    value.roles.every((role) => typeof role === 'string') &&
    isPositiveInteger(value.createdAt) &&
    isPositiveInteger(value.authenticatedAt) &&
    isPositiveInteger(value.abs) &&
    isPositiveInteger(value.idle) &&
    isTextOrNull(value.ua) &&
    isTextOrNull(value.ip) &&
    isObject(value.data) &&
    isAbsentOrText(value.supersededBy) &&
    isAbsentOrText(value.supersedes)
  );
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
