import { isTextOrNull } from '../session/session-record.js';

/** What can happen to a session. */
export const SESSION_EVENT_TYPES = [
  'created',
  'rotated',
  'revoked',
  'expired',
  'rolesChanged',
] as const;

export type SessionEventType = (typeof SESSION_EVENT_TYPES)[number];

/** Who had something done to a session, and why: told in its events, for people and programs. */
export interface SessionEventCause {
  /** The id of a user, or the name of what acted. @default null (the system itself) */
  readonly by?: string;
  /** A word, such as `signed-out`. @default null */
  readonly reason?: string;
}

interface HappenedToSession {
  /** SHA-256 of the token, base64url; of no use for signing in. */
  readonly sessionId: string;
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string | null;
  readonly reason: string | null;
  /** Where it is in the log, for following it from there; absent when it could not be written. */
  readonly position?: string;
}

/** Something that happened to a session. */
export type SessionEvent = HappenedToSession &
  (
    | { readonly type: 'created' | 'rolesChanged'; readonly roles: readonly string[] }
    /** The session goes on under another id: its token was replaced. */
    | { readonly type: 'rotated'; readonly previousSessionId: string }
    | { readonly type: 'revoked' }
    /** It was not used in time, or reached its absolute timeout. Told within seconds of it. */
    | { readonly type: 'expired' }
  );

/** The version that this code writes and reads. */
const EVENT_VERSION = 1;

/** An event as the log keeps it: JSON. The format is public, services in other languages read it. */
export function encodeSessionEvent(event: SessionEvent): string {
  return JSON.stringify({ v: EVENT_VERSION, ...event });
}

/** @returns `null` for what is no event of a known version and type, with all that belongs to one. */
export function decodeSessionEvent(position: string, json: string): SessionEvent | null {
  try {
    const { v, ...event } = JSON.parse(json) as Record<string, unknown>;
    return v === EVENT_VERSION && isEvent(event) ? { ...event, position } : null;
  } catch {
    return null;
  }
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
