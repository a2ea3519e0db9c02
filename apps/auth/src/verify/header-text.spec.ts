import { headerJson } from './header-text';

describe('a value as JSON in a header', () => {
  it('keeps its value in characters that every header allows', () => {
    const value = { at: '/prüfung/😀\u2028', detail: 'a "b" \\ c\r\nX-Session-User: 1\u0000' };

    const text = headerJson(value);

    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
