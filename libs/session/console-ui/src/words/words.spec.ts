import { eachRow } from '../../../../../tools/testing/each-row';
import { addressWords } from './address.words';
import { durationWords } from './duration.words';
import { endReasonWords } from './end-reason.words';
import { relativeTime } from './relative-time';
import { userAgentWords } from './user-agent.words';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

describe('addressWords', () => {
  it('names the place of an address', () =>
    eachRow(
      [
        ['127.0.0.1', 'this device'],
        ['::1', 'this device'],
        ['::ffff:127.0.0.1', 'this device'],
        ['192.168.1.24', 'local network'],
        ['10.255.0.1', 'local network'],
        ['172.16.0.1', 'local network'],
        ['172.32.0.1', 'the Internet'],
        ['100.64.0.1', 'local network'],
        ['100.128.0.1', 'the Internet'],
        ['169.254.1.1', 'local network'],
        ['fe80::1', 'local network'],
        ['fd00::1', 'local network'],
        ['fec0::1', 'the Internet'],
        ['203.0.113.7', 'the Internet'],
        ['2001:db8::7', 'the Internet'],
        [null, 'unknown address'],
      ] as const,
      ([ip, words]) => {
        expect(addressWords(ip)).toBe(words);
      },
    ));
});

describe('userAgentWords', () => {
  it('names the browser, the system and the kind of device', () =>
    eachRow(
      [
        [FIREFOX, 'Firefox on Windows', 'computer'],
        [IPHONE, 'Safari on iOS', 'phone'],
        ['curl/8.5.0', 'curl', 'program'],
        ['', 'Unknown device', 'program'],
        [null, 'Unknown device', 'program'],
      ] as const,
      ([text, name, kind]) => {
        expect(userAgentWords(text)).toEqual({ name, kind });
      },
    ));
});

describe('relativeTime', () => {
  it('names the distance in the largest unit that fits', () =>
    eachRow(
      [
        [0, 'now'],
        [9000, 'now'],
        [-30_000, '30 s ago'],
        [-300_000, '5 min ago'],
        [1_680_000, 'in 28 min'],
        [43_199_000, 'in 12 h'],
        [-86_400_000, '1 day ago'],
        [-200_000_000, '2 days ago'],
      ] as const,
      ([distance, words]) => {
        expect(relativeTime(1e12 + distance, 1e12)).toBe(words);
      },
    ));
});

describe('durationWords', () => {
  it('names a duration in full', () =>
    eachRow(
      [
        [250, '250 ms'],
        [1000, '1 second'],
        [300_000, '5 minutes'],
        [3_600_000, '1 hour'],
        [172_800_000, '2 days'],
      ] as const,
      ([ms, words]) => {
        expect(durationWords(ms)).toBe(words);
      },
    ));
});

describe('endReasonWords', () => {
  it('explains known reasons, shows unknown ones, and falls back to the type', () => {
    expect(endReasonWords('revoked', 'too-many')).toBe('Too many sessions: the oldest ended');
    expect(endReasonWords('revoked', 'stolen-laptop')).toBe('Stolen laptop');
    expect(endReasonWords('expired', null)).toBe('Expired without use');
  });
});
