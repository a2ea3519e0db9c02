import { isTextOrNull } from '../session/session-record.js';

/** Types of session events. */
export const SESSION_EVENT_TYPES = [
  'created',
  'rotated',
  'revoked',
  'expired',
  'rolesChanged',
  'userChanged',
  'dataChanged',
] as const;

/** Type of a session event. */
export type SessionEventType = (typeof SESSION_EVENT_TYPES)[number];

/** Originator and reason of a change to a session. Its events report both, for people and programs. */
export interface SessionEventCause {
  /** Id of the user, or name of the program, that made the change. @default null (the system itself) */
  readonly by?: string;
  /** One word, such as `signed-out`. @default null */
  readonly reason?: string;
}

interface SessionEventFields {
  /** SHA-256 of the token, base64url; useless for signing in. */
  readonly sessionId: string;
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string | null;
  readonly reason: string | null;
  /** Position in the log, from which to follow it; absent when the event could not be written. */
  readonly position?: string;
}

/** An event of a session. */
export type SessionEvent = SessionEventFields &
  (
    | { readonly type: 'created' | 'rolesChanged'; readonly roles: readonly string[] }
    /** The session continues under another id: its token was replaced. */
    | { readonly type: 'rotated'; readonly previousSessionId: string }
    /** The fields of the user, or the data of the session, have changed. The event holds no values. */
    | { readonly type: 'userChanged' | 'dataChanged' }
    | { readonly type: 'revoked' }
    /** The session reached its idle or absolute timeout. Emitted within seconds of the expiry. */
    | { readonly type: 'expired' }
  );

/** Version of the event format that this code writes and reads. */
const EVENT_VERSION = 1;

/** Encodes an event as the JSON of the log. The format is public: services in other languages read it. */
export function encodeSessionEvent(event: SessionEvent): string {
  return JSON.stringify({ v: EVENT_VERSION, ...event });
}

/** @returns `null` unless the JSON is a complete event of a known version and type */
export function decodeSessionEvent(position: string, json: string): SessionEvent | null {
  try {
    const { v, ...event } = JSON.parse(json) as Record<string, unknown>;
    return v === EVENT_VERSION && isEvent(event) ? { ...event, position } : null;
  } catch {
    return null;
  }
}

/**
 * Decodes an entry of the stream.
 *
 * @param fields Names and values in turn.
 * @returns `null` for an entry that is not an event
 */
export function decodeEntry(position: string, fields: readonly string[]): SessionEvent | null {
  return decodeSessionEvent(position, fields[fields.indexOf('event') + 1] ?? '');
}

function isEvent(event: Record<string, unknown>): event is Record<string, unknown> & SessionEvent {
  const { type, sessionId, userId, at, by, reason } = event;
  return (
    typeof sessionId === 'string' &&
    typeof userId === 'string' &&
    Number.isSafeInteger(at) &&
    isTextOrNull(by) &&
    isTextOrNull(reason) &&
    SESSION_EVENT_TYPES.includes(type as SessionEventType) &&
    hasDetails(type as SessionEventType, event)
  );
}

function hasDetails(
  type: SessionEventType,
  { roles, previousSessionId }: Record<string, unknown>,
): boolean {
  if (type === 'rotated') return typeof previousSessionId === 'string';
  if (type !== 'created' && type !== 'rolesChanged') return true;
  return Array.isArray(roles) && roles.every((role) => typeof role === 'string');
}
