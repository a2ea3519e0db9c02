import { isRedirectTarget } from './redirect-target.js';

describe('isRedirectTarget', () => {
  it.each([
    '/',
    '/again?from=%2Forders#top',
    'https://auth.example.com',
    'http://localhost:3000/x',
  ])('accepts %s', (target) => {
    expect(isRedirectTarget(target)).toBe(true);
  });

  it.each([
    ['no text', undefined],
    ['an empty text', ''],
    ['a relative path', 'again'],
    ['another host without a scheme', '//evil.example'],
    ['a backslash, which browsers read as a slash', '/\\evil.example'],
    ['another scheme', 'javascript:alert(1)'],
    ['a URL without a host', 'https://'],
    ['a URL with an empty host', 'https:///again'],
    ['white space', '/a b'],
    ['a line break, which would add a header', '/a\r\nSet-Cookie: sid=1'],
    ['a letter beyond ASCII', '/ä'],
  ])('rejects %s', (_, target) => {
    expect(isRedirectTarget(target)).toBe(false);
  });
});
