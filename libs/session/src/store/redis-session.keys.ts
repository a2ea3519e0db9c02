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

/**
 * List: the live sessions whose absolute expiry lies in a window of time. An entry is the absolute expiry in
 * base 36 (epoch milliseconds), followed by the id.
 *
 * @param window Binary logarithm of the window's length in milliseconds, and number of the window since the
 *   epoch.
 */
export function liveSessionsKey({ width, number }: { width: number; number: number }): string {
  return `live-sessions:{${width}.${number}}`;
}

/** Sorted set: the widths of the windows in use, scored by the latest absolute expiry. */
export const LIVE_SESSION_WIDTHS_KEY = 'live-session-widths';

/** Stream: the session events. */
export const SESSION_EVENTS_KEY = 'session-events';

/** Sorted set: sessions that are watched for their expiry, scored by the time of their next review. */
export const WATCHED_SESSIONS_KEY = `watched-sessions:{${SESSION_EVENTS_KEY}}`;

/**
 * Hash: activity of all processes in one step of time, for the chart of the console.
 *
 * @param step Number of the step since the epoch.
 */
export function activityKey(step: number): string {
  return `session-activity:{${step}}`;
}

/** Hash: the route requirements of a service, and when the service was last seen. */
export function accessKey(service: string): string {
  return `access:${service}`;
}

/** Sorted set: public keys that verify identities (JSON), scored by the end of their publication. */
export const IDENTITY_KEYS_KEY = 'identity-keys';
