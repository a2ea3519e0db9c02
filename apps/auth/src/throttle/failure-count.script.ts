/**
 * Counts, and begins the time to live anew. The library's own script leaves the time to live of the
 * first failure; here it must tell when the last one was.
 *
 * KEYS[1] the counter · ARGV[1] how many to add · ARGV[2] the time to live in seconds ·
 * result: the count and the time to live in milliseconds, as the library's script gives them
 */
export const FAILURE_COUNT_SCRIPT = `
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return {count, ARGV[2] * 1000}
`;
