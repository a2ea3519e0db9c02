/**
 * Names of all keys in Redis. The braces are hash tags: all keys of one session are in one Cluster slot, so
 * that commands and transactions can span them.
 */

/** Prefix of all record keys, and of no other key. */
export const RECORD_PREFIX = 'session:';

/** String: the record as JSON. Expires at the absolute timeout at the latest. */
export function sessionKey(id: string): string {
  return `${RECORD_PREFIX}{${id}}`;
}

/**
 * Returns the id of the session whose record has this key.
 *
 * @param prefix The client's `keyPrefix`, followed by {@link RECORD_PREFIX}.
 */
export function sessionIdOfKey(key: string, prefix: string): string {
  return key.slice(prefix.length + '{'.length, -'}'.length);
}

/** String: the idle clock. Its TTL is the remaining idle timeout; its value has no meaning. */
export function idleKey(id: string): string {
  return `idle:{${id}}`;
}

/** Hash: the write-once attributes of a session from one service, by name, as JSON. */
export function sessionDataKey(id: string, service: string): string {
  return `session-data:{${id}}:${service}`;
}

/** Sorted set: ids of a user's sessions, scored by absolute expiry in epoch milliseconds. */
export function userSessionsKey(userId: string): string {
  return `user-sessions:{${userId}}`;
}

/** Stream: the session events. */
export const SESSION_EVENTS_KEY = 'session-events';

/** Sorted set: sessions that are watched for their expiry, scored by the time of their next review. */
export const WATCHED_SESSIONS_KEY = `watched-sessions:{${SESSION_EVENTS_KEY}}`;

/** Hash: the route requirements of a service, and when the service was last seen. */
export function accessKey(service: string): string {
  return `access:${service}`;
}

/** Sorted set: public keys that verify identities (JSON), scored by the end of their publication. */
export const IDENTITY_KEYS_KEY = 'identity-keys';
