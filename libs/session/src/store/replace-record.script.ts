/**
 * Replaces a record only if nobody else has meanwhile, and never makes one anew. The time to live
 * goes on as it was. Redis runs a script as one step, which is what makes it a compare-and-set.
 *
 * KEYS[1] the record · ARGV[1] what it is expected to be · ARGV[2] what it shall be
 *
 * Returns 1 when it was replaced, 0 when it is something else by now, -1 when it is gone.
 */
export const REPLACE_RECORD = `
local current = redis.call('GET', KEYS[1])
if not current then return -1 end
if current ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'XX', 'KEEPTTL')
return 1
`;
