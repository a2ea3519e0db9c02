/**
 * The names of all keys in Redis. The braces are hash tags: what belongs to one session lies in one
 * Cluster slot, so that commands and transactions may span it.
 */

/** What the names of all records begin with, and no other key's. */
export const RECORD_PREFIX = 'session:';

/** String: the record, JSON. Lives until the absolute timeout at most. */
export function sessionKey(id: string): string {
  return `${RECORD_PREFIX}{${id}}`;
}

/**
 * The session whose record has this name.
 *
 * @param prefix {@link RECORD_PREFIX}, and before it what the client puts before every name.
 */
export function sessionIdOfKey(key: string, prefix: string): string {
  return key.slice(prefix.length + '{'.length, -'}'.length);
}

/** String: the idle clock. Its TTL is what is left of the idle timeout; its value means nothing. */
export function idleKey(id: string): string {
  return `idle:{${id}}`;
}

/** Hash: what a service has added to a session, by name, as JSON. */
export function sessionDataKey(id: string, service: string): string {
  return `session-data:{${id}}:${service}`;
}

/** Sorted set: the ids of a user's sessions, by absolute expiry in epoch milliseconds. */
export function userSessionsKey(userId: string): string {
  return `user-sessions:{${userId}}`;
}

/** Stream: what happened to sessions. */
export const SESSION_EVENTS_KEY = 'session-events';

/** Sorted set: the sessions that are watched for their expiry, by when each is to be looked at. */
export const WATCHED_SESSIONS_KEY = `watched-sessions:{${SESSION_EVENTS_KEY}}`;

/** Hash: what the routes of a service demand, and when the service was last seen. */
export function accessKey(service: string): string {
  return `access:${service}`;
}

/** Sorted set: the public keys that identities are signed with (JSON), by until when each is published. */
export const IDENTITY_KEYS_KEY = 'identity-keys';
