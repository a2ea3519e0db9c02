import { createHash } from 'node:crypto';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { createToken, isSessionId, isToken, sessionIdOf } from './session-token.js';

const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

describe('a new token', () => {
  it('is 32 bytes in unpadded base64url', () => {
    const token = createToken();

    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(isToken(token)).toBe(true);
  });

  it('is different every time', () => {
    const tokens = Array.from({ length: 10_000 }, createToken);

    expect(new Set(tokens).size).toBe(10_000);
    expect(tokens.every(isToken)).toBe(true);
  });

  it('varies in every bit of the 32 bytes', () => {
    const seen = { ones: Buffer.alloc(32), zeros: Buffer.alloc(32) };
    for (let count = 0; count < 1_000; count += 1) {
      for (const [index, byte] of Buffer.from(createToken(), 'base64url').entries()) {
        seen.ones[index] = (seen.ones[index] ?? 0) | byte;
        seen.zeros[index] = (seen.zeros[index] ?? 0) | ~byte;
      }
    }

    expect(seen.ones).toEqual(Buffer.alloc(32, 0xff));
    expect(seen.zeros).toEqual(Buffer.alloc(32, 0xff));
  });
});

describe('isToken', () => {
  const stem = 'A'.repeat(42);

  it('accepts exactly the last characters that base64url produces for 32 bytes', () => {
    const taken = ALPHABET.filter((last) => isToken(stem + last));
    const canonical = ALPHABET.filter(
      (last) => Buffer.from(stem + last, 'base64url').toString('base64url') === stem + last,
    );

    expect(taken).toEqual(canonical);
    expect(taken).toHaveLength(16);
  });

  it('rejects a second spelling of the same bytes', () => {
    const canonical = `${stem}A`;
    const other = `${stem}B`;

    expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(canonical, 'base64url'));
    expect(isToken(canonical)).toBe(true);
    expect(isToken(other)).toBe(false);
  });

  it('rejects text that base64url does not produce', async () => {
    const rows: [what: string, value: string][] = [
      ['nothing', ''],
      ['one character less', 'A'.repeat(42)],
      ['one character more', 'A'.repeat(44)],
      ['padding', `${'A'.repeat(43)}=`],
      ['the other base64 alphabet', `${'+'.repeat(42)}A`],
      ['a slash', `${'/'.repeat(42)}A`],
      ['a line feed at the end', `${'A'.repeat(43)}\n`],
      ['a line feed in front', `\n${'A'.repeat(43)}`],
      ['a line feed instead of a character', `${'A'.repeat(41)}\nA`],
      ['a space at the end', `${'A'.repeat(43)} `],
      ['a NUL', `${'A'.repeat(41)}\0A`],
      ['letters that only look alike', `${'А'.repeat(42)}A`],
      ['wide characters', `${'A'.repeat(42)}Ａ`],
    ];
    await eachRow(
      rows,
      ([, value]) => {
        expect(isToken(value)).toBe(false);
      },
      ([what]) => what,
    );
  });
});

describe('the id of a session', () => {
  it('is the SHA-256 of its token, in base64url', () => {
    const token = createToken();

    expect(sessionIdOf(token)).toBe(createHash('sha256').update(token).digest('base64url'));
    expect(isSessionId(sessionIdOf(token))).toBe(true);
  });

  it('matches the published SHA-256 of a known text', () => {
    // FIPS 180-4's example for "abc".
    expect(Buffer.from(sessionIdOf('abc'), 'base64url').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('does not work as a token for the same session', () => {
    const token = createToken();

    expect(sessionIdOf(sessionIdOf(token))).not.toBe(sessionIdOf(token));
  });
});
