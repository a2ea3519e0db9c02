import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { hostileJson, jsonObject } from '../../test-support/fuzzed-records.js';
import { decodeSessionEvent, encodeSessionEvent, SESSION_EVENT_TYPES } from './session-event.js';

const text = fc.string({ unit: 'binary' });
const event = fc.record({
  type: fc.constantFrom('revoked' as const, 'expired' as const),
  sessionId: text,
  userId: text,
  at: fc.integer({ min: 1 }),
  by: fc.option(text),
  reason: fc.option(text),
});
const member = fc.constantFrom('v', 'type', 'at', 'userId', '__proto__', 'constructor', 'position');

describe('a session event', () => {
  it('is decoded as it was encoded, with its position', () => {
    fc.assert(
      fc.property(event, text, (written, position) => {
        const read = decodeSessionEvent(position, encodeSessionEvent(written));
        expect(read).toEqual({ ...written, position });
      }),
      fuzzed(400),
    );
  });

  it('is decoded with a known type and its position, or not at all', () => {
    const members = fc.array(fc.tuple(member, hostileJson)).map((more) => {
      const proper: [string, string][] = [
        ['v', '1'],
        ['type', '"revoked"'],
        ['sessionId', '"s"'],
        ['userId', '"u"'],
        ['at', '1'],
        ['by', 'null'],
        ['reason', 'null'],
      ];
      return jsonObject([...proper, ...more]);
    });
    const before = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(fc.oneof(members, hostileJson, fc.json(), text), (json) => {
        const read = decodeSessionEvent('1-0', json);
        expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
        if (read === null) return;
        expect(SESSION_EVENT_TYPES).toContain(read.type);
        expect(read.position).toBe('1-0');
        expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
        expect([typeof read.sessionId, typeof read.userId]).toEqual(['string', 'string']);
        expect(Number.isSafeInteger(read.at)).toBe(true);
      }),
      fuzzed(250),
    );
  });

  it('is not decoded from another version', () => {
    const version = hostileJson.filter((it) => JSON.parse(it) !== 1);
    fc.assert(
      fc.property(version, (v) => {
        const json = jsonObject([
          ['v', v],
          ['type', '"revoked"'],
        ]);
        expect(decodeSessionEvent('1-0', json)).toBeNull();
      }),
      fuzzed(150),
    );
  });
});
