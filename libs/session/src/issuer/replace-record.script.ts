/**
 * Replaces a record unless it has changed meanwhile, and never creates it again. The time to live continues
 * unchanged. Redis runs a script as one step, so the replacement is a compare-and-set.
 *
 * KEYS[1] the record · ARGV[1] its expected value · ARGV[2] its new value
 *
 * Returns 1 when the record was replaced, 0 when it has another value, -1 when it is gone.
 */
export const REPLACE_RECORD = `
local current = redis.call('GET', KEYS[1])
if not current then return -1 end
if current ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'XX', 'KEEPTTL')
return 1
`;
