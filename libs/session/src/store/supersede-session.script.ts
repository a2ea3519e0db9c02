/**
 * Lets a session go on under its own id for a short time only, in one step: if its record is what it is
 * expected to be, and its idle clock runs. Nothing of it lasts longer than it would have.
 *
 * KEYS[1] the record · KEYS[2] the idle clock · KEYS[3]… what services have added ·
 * ARGV[1] what the record is expected to be · ARGV[2] what it shall be · ARGV[3] for how long, in
 * milliseconds
 *
 * Returns for each service the names and values that it has added, in turn (a key of another type counts
 * as none), or nothing when the session is something else by now, or gone.
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
