/**
 * Removes a session from the list of watched sessions and, if it was on the list, appends the event of its
 * expiry. Of several processes that notice an expiry, only the first reports it.
 *
 * KEYS[1] the log · KEYS[2] the list · ARGV[1] the session's entry in the list · ARGV[2] the event ·
 * ARGV[3] how many events to keep · ARGV[4] for how long, in milliseconds
 *
 * Returns the event's position, or nothing when the session was not on the list.
 */
export const APPEND_EXPIRY = `
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return false end
local position = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'event', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return position
`;
