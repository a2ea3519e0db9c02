import { eachRow } from '../../../../tools/testing/each-row';
import { DEMO_USERS } from '../users/demo-users';
import { isGuessable } from './guessable-password';

describe('a guessable password', () => {
  it('is common, repeated, a run, or made of names', async () => {
    await eachRow(
      [
        // Common passwords, unchanged
        'polniypizdec0211',
        '1qaz2wsx3edc4rfv',
        'PasswordPassword',
        'passwordstandard',
        // One unit repeated, cut off or not
        'aaaaaaaaaaaaaaa',
        'passwordpassword',
        'abcabcabcabcabc',
        'abcabcabcabcabca',
        'x7!x7!x7!x7!x7!x7!',
        '🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊',
        'дадададададададада',
        'Secret1Secret1Secret1',
        // Runs
        '123456789012345',
        '543210987654321',
        'qwertyuiopasdfgh',
        'poiuytrewqlkjhgf',
        'abcdefghijklmnop',
        'zyxwvutsrqponmlk',
        'uvwxyzabcdefghijk',
        'qwertzuiopasdfghjkl',
        'azertyuiopqsdfghjklm',
        '1qaz2wsx3edc4rfv5tgb',
        'abc123qwe456asd789',
        'aaaabbbbccccdddd',
        '111222333444555666',
        'qwerty-asdfgh-zxcvbn',
        // One or two common passwords, with runs or punctuation
        'password1234567',
        'iloveyou12345678',
        'password-1234567',
        'Password.Monkey!!!',
        'football_baseball',
        'dragon123456789monkey',
        '1234567password1234567',
        'ｐａｓｓｗｏｒｄ１２３４５６７',
        // The user's own name, and the service's
        'dave.miller1234567',
        'davemillerdavemille',
        'dave miller password',
        'miller-dave-12345',
        'nest-sessions-dave',
        'nestsessions12345',
        'sessions.password1',
        'dave nest session 1234',
      ],
      (password) => {
        expect(isGuessable(password, 'dave.miller')).toBe(true);
      },
    );
  });

  it('consists mainly of the user’s e-mail address or parts of it', () => {
    const username = 'dave.miller@example.com';
    expect(isGuessable(username, username)).toBe(true);
    expect(isGuessable('DAVE.MILLER-1234', username)).toBe(true);
    expect(isGuessable('example-miller-1234', username)).toBe(true);
  });

  it('can be guessable for one user but not for another', () => {
    expect(isGuessable('gwendolynne-123', 'gwendolynne')).toBe(true);
    expect(isGuessable('gwendolynne-123', 'dave')).toBe(false);
  });
});

describe('a password that is not guessable', () => {
  it('differs from every common password, or has too many parts', async () => {
    await eachRow(
      [
        'a longer and better one',
        'dave-demo-password',
        'new-password-for-dave',
        'another-long-password',
        'another password for bob',
        'a password for dave',
        'a long enough password',
        'correct horse battery',
        'correct horse battery staple',
        'correcthorsebatterystaple',
        'another horse battery',
        'the first new password',
        'not alice-demo-password either',
        'kV7#pQ2!xL9@mR4',
        '839201746552913',
        '!%&/()=?+*-_.,;:#<>',
        'пароль на кириллице',
        'первое попавшееся',
        '🦊🐻🐼🦁🐯🐨🐸🐵🐔🐧🐦🐤🦆🦅🦉',
        'it is password, followed by something else',
        'four blue birds sing',
        'x'.repeat(64) + 'y'.repeat(63) + '!?' + 'kjw',
        ' 1 2 7 3 8 1 9 2 3 4 5 6 ',
        'daves neighbour has a dog',
        'the nest of sessions by the lake',
        // Repeated, but the unit could be a password itself
        'kV7#pQ2!xL9@mR4kV7#pQ2!xL9@mR4',
      ],
      (password) => {
        expect(isGuessable(password, 'dave')).toBe(false);
      },
    );
  });

  it('is used by every demo user', async () => {
    await eachRow(
      DEMO_USERS,
      ({ username, password }) => {
        expect(isGuessable(password, username)).toBe(false);
      },
      ({ username }) => username,
    );
  });

  it('may contain a short username', () => {
    expect(isGuessable('xy vw tu kp lm qo', 'xy')).toBe(false);
    expect(isGuessable('an answer in between', 'an')).toBe(false);
  });
});

describe('the guessability check', () => {
  it('terminates for the longest password of every kind', async () => {
    await eachRow(
      [
        ['runs', 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(4).slice(0, 127) + '~'],
        ['one key and another', 'a'.repeat(127) + 'ж'],
        ['common passwords', 'password1password2'.repeat(8).slice(0, 127) + 'ж'],
        ['what grows when it is folded', '\ufdfa\ufdfb'.repeat(63) + 'ж'],
        ['the names', 'davedave nest '.repeat(10).slice(0, 127) + 'ж'],
      ] as const,
      ([, password]) => {
        expect(Array.from(password).length).toBeLessThanOrEqual(128);
        expect(typeof isGuessable(password, 'd'.repeat(64))).toBe('boolean');
      },
      ([name]) => name,
    );
  });
});
