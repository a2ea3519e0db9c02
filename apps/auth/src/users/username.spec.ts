import { eachRow } from '../../../../tools/testing/each-row';
import { canonicalUsername, isUsername } from './username';

describe('a username', () => {
  it('may contain letters, digits and . _ - + @', async () => {
    await eachRow(
      ['a', 'alice', 'Alice.B_c-d', 'alice+shop@example.com', '007', 'x'.repeat(64)],
      (name) => {
        expect(isUsername(name)).toBe(true);
      },
    );
  });

  it('is invalid when it is too long, has other characters or is not a string', async () => {
    await eachRow(
      [
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
      ],
      (name) => {
        expect(isUsername(name)).toBe(false);
      },
    );
  });

  it('is converted to lower case', () => {
    expect(canonicalUsername('Alice@Example.COM')).toBe('alice@example.com');
  });
});
