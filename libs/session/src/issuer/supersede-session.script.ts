/**
 * Limits a session to a short remaining time under its own id, in one step. The script has an effect only
 * if the record has its expected value and the idle clock runs. No part of the session expires later than
 * before.
 *
 * KEYS[1] the record · KEYS[2] the idle clock · KEYS[3]… the write-once attributes, one key per service ·
 * ARGV[1] the expected value of the record · ARGV[2] its new value · ARGV[3] the remaining time, in
 * milliseconds
 *
 * Returns the names and values of each service, in turn (a key of another type counts as absent). Returns
 * nothing when the record has another value, or the session is gone.
 */
export const SUPERSEDE_SESSION = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('PTTL', KEYS[2]) < 0 then return false end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3], 'LT')
local added = {}
for i = 3, #KEYS do
  local fields = redis.pcall('HGETALL', KEYS[i])
  added[i - 2] = fields.err and {} or fields
  redis.call('PEXPIRE', KEYS[i], ARGV[3], 'LT')
end
return added
`;
