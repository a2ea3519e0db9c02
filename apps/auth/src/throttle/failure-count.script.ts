/**
 * Counts failures and restarts the time to live. The library's own script keeps the time to live of the first
 * failure; here, it must give the time of the last failure.
 *
 * KEYS[1] the counter · ARGV[1] how many to add · ARGV[2] the time to live in seconds · result: the count and
 * the time to live in milliseconds, as in the library's script
 */
export const FAILURE_COUNT_SCRIPT = `
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return {count, ARGV[2] * 1000}
`;
