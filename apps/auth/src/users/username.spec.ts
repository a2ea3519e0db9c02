import { canonicalUsername, isUsername } from './username';

describe('a username', () => {
  it.each(['a', 'alice', 'Alice.B_c-d', 'alice+shop@example.com', '007', 'x'.repeat(64)])(
    'may be %s',
    (name) => {
      expect(isUsername(name)).toBe(true);
    },
  );

  it.each([
    '',
    'x'.repeat(65),
    'two words',
    'alice\n',
    'alice\0',
    'älice',
    'аlice', // with a Cyrillic а
    'a/b',
    'a:b',
    'a,b',
    null,
    undefined,
    7,
    ['alice'],
  ])('may not be %j', (name) => {
    expect(isUsername(name)).toBe(false);
  });

  it('is the same in upper and lower case', () => {
    expect(canonicalUsername('Alice@Example.COM')).toBe('alice@example.com');
  });
});
