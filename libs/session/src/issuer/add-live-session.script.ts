/**
 * Adds a session to a list of the index of live sessions. The list always has an expiry.
 *
 * KEYS[1] the list · ARGV[1] the entry · ARGV[2] minimum time to live of the list, in milliseconds · ARGV[3]
 * `1` for a new session, which needs no search; `0` for a session that the list may contain: it moves to the end
 *
 * GT alone skips a key without an expiry, NX alone skips a key with an expiry.
 */
export const ADD_LIVE_SESSION = `
if ARGV[3] == '0' then redis.call('LREM', KEYS[1], 1, ARGV[1]) end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[2], 'GT')
`;
