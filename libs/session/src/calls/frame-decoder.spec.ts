import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { FrameDecoder } from './frame-decoder.js';

const frame = (message: string) => `${message.length}#${message}`;

describe('FrameDecoder', () => {
  it('decodes frames from chunks of any size', () => {
    const messages = fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 5 });
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 7 }), (sent, size) => {
        const bytes = Buffer.from(sent.map(frame).join(''));
        const decoder = new FrameDecoder(100);
        const received: string[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          received.push(...decoder.decode(bytes.subarray(at, at + size)));
        }
        // An empty frame at the end is complete, although no further text shows its end.
        expect(received).toEqual(sent);
        expect(decoder.isWithinFrame).toBe(false);
      }),
      fuzzed(300),
    );
  });

  it('rejects a frame that is too long before its content arrives', () => {
    expect(() => new FrameDecoder(5).decode('6#')).toThrow(/6 characters is longer than 5/);
    expect(new FrameDecoder(5).decode('5#12345')).toEqual(['12345']);
  });

  it.each(['x', '-1#', '1.5#', '#', ' 1#', '12345678901', '0x1#', 'GET / HTTP/1.1\r\n'])(
    'rejects text without a valid length: %j',
    (text) => {
      expect(() => new FrameDecoder(5).decode(text)).toThrow(RangeError);
    },
  );

  it('rejects an endless length after its first characters', () => {
    const decoder = new FrameDecoder(5);
    expect(decoder.decode('1234567890')).toEqual([]);
    expect(decoder.isWithinFrame).toBe(true);
    expect(() => decoder.decode('1')).toThrow(RangeError);
  });
});
