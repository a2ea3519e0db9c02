import { eachRow } from '../../../../tools/testing/each-row';
import { attemptKeys } from './attempt-keys';

const ip = '192.0.2.7';

describe('the keys of an attempt', () => {
  it('ignore the case of the username', () => {
    expect(attemptKeys('ALICE', ip)).toEqual(attemptKeys('alice', ip));
    expect(attemptKeys('bob', ip).account).not.toBe(attemptKeys('alice', ip).account);
  });

  it('have a fixed length, and do not contain the username that was typed', async () => {
    await eachRow(
      ['hunter2 hunter2 hunter2', 'a'.repeat(15_000), '\0', '', '{tag}', '\ud800'],
      (username) => {
        const { account, pair } = attemptKeys(username, ip);
        expect(account).toMatch(/^[\w-]{43}$/);
        expect(pair).toBe(`${account}:192.0.2.7/32`);
      },
      (username) => JSON.stringify(username.slice(0, 40)),
    );
  });

  it('distinguish usernames down to the last character', () => {
    const long = 'a'.repeat(15_000);
    expect(attemptKeys(`${long}b`, ip).account).not.toBe(attemptKeys(`${long}c`, ip).account);
    expect(attemptKeys('a\0b', ip).account).not.toBe(attemptKeys('a\0c', ip).account);
  });

  it('contain the network of an address', async () => {
    await eachRow(
      [
        ['192.0.2.7', '192.0.2.7/32'],
        ['::ffff:192.0.2.7', '192.0.2.7/32'],
        ['::ffff:c000:207', '192.0.2.7/32'],
        ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
        ['2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
        ['fe80::1%eth0', 'fe80::/64'],
        ['192.0.2.7:443', '192.0.2.7/32'],
        ['[2001:db8:0:1::1]:443', '2001:db8:0:1::/64'],
      ] as const,
      ([address, network]) => {
        expect(attemptKeys('alice', address).network).toBe(network);
      },
    );
  });

  it('share one network for everything that is not an address', async () => {
    await eachRow(
      [null, '', 'garbage', '192.0.2.7:https', '2001:db8::1]:443', '1.2.3'],
      (address) => {
        expect(attemptKeys('alice', address).network).toBe('unknown');
      },
    );
  });
});
