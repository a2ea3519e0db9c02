/**
 * Ends a session in one step. No other command can change, extend or renew the session in between, so the
 * script returns its final state.
 *
 * KEYS[1] the idle clock · KEYS[2] the record · KEYS[3]… the write-once attributes, one key per service
 *
 * Returns the remaining idle timeout (ms, negative when the clock had run out), the record, and for each
 * service the names and values in turn. A key of another type counts as absent, and is deleted too.
 */
export const END_SESSION = `
local left = redis.call('PTTL', KEYS[1])
local record = redis.pcall('GET', KEYS[2])
if type(record) ~= 'string' then record = false end
local added = {}
for i = 3, #KEYS do
  local fields = redis.pcall('HGETALL', KEYS[i])
  added[i - 2] = fields.err and {} or fields
end
redis.call('DEL', unpack(KEYS))
return {left, record, added}
`;
