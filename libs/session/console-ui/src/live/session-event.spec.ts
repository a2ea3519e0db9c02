import { readSessionEvent } from './session-event';

describe('readSessionEvent', () => {
  it('reads an event of a known type', () => {
    const data = JSON.stringify({ sessionId: 's', userId: 'u', at: 5, by: 'a', reason: 'r' });
    expect(readSessionEvent('revoked', data)).toEqual({
      ...{ type: 'revoked', sessionId: 's', userId: 'u', at: 5, by: 'a', reason: 'r' },
    });
  });

  it('ignores unknown types and malformed data', () => {
    expect(readSessionEvent('renamed', '{"sessionId":"s","userId":"u"}')).toBeNull();
    expect(readSessionEvent('revoked', '{"sessionId":"s"}')).toBeNull();
    expect(readSessionEvent('revoked', 'null')).toBeNull();
    expect(readSessionEvent('revoked', '{')).toBeNull();
  });
});
