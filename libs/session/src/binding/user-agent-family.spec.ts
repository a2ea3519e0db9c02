import { assert, integer, property, record, string, constantFrom } from 'fast-check';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { userAgentFamily } from './user-agent-family.js';

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const LINUX = 'Mozilla/5.0 (X11; Linux x86_64)';
const CHROME_OS = 'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X)';
const IPAD = 'Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X)';

const FAMILIES: [family: string, userAgent: string][] = [
  ['Chrome on Windows', `${WINDOWS} ${BLINK} Chrome/142.0.0.0 Safari/537.36`],
  ['Chrome on Windows', `${WINDOWS} ${BLINK} Chrome/99.0.4844.51 Safari/537.36`],
  ['Chrome on macOS or iOS', `${MAC} ${BLINK} Chrome/142.0.0.0 Safari/537.36`],
  ['Chrome on Linux or Android', `${LINUX} ${BLINK} Chrome/142.0.0.0 Safari/537.36`],
  ['Chrome on Chrome OS', `${CHROME_OS} ${BLINK} Chrome/142.0.0.0 Safari/537.36`],
  ['Chrome on Linux or Android', `${ANDROID} ${BLINK} Chrome/142.0.0.0 Mobile Safari/537.36`],
  [
    'Chrome on Linux or Android',
    `Mozilla/5.0 (Linux; Android 9; SM-G960F Build/PPR1.180610.011; wv) ${BLINK} Version/4.0 Chrome/88.0.4324.93 Mobile Safari/537.36`,
  ],
  ['Chrome on macOS or iOS', `${IPHONE} ${WEBKIT} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1`],
  [
    'Firefox on Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0`,
  ],
  [
    'Firefox on macOS or iOS',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0',
  ],
  [
    'Firefox on Linux or Android',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  ],
  [
    'Firefox on Linux or Android',
    'Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0',
  ],
  ['Firefox on macOS or iOS', `${IPHONE} ${WEBKIT} FxiOS/145.0 Mobile/15E148 Safari/605.1.15`],
  ['Safari on macOS or iOS', `${MAC} ${WEBKIT} Version/26.1 Safari/605.1.15`],
  ['Safari on macOS or iOS', `${IPHONE} ${WEBKIT} Version/26.0 Mobile/15E148 Safari/604.1`],
  ['Microsoft Edge on Windows', `${WINDOWS} ${BLINK} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`],
  [
    'Microsoft Edge on macOS or iOS',
    `${IPHONE} ${WEBKIT} Version/18.0 EdgiOS/142.0.3595.66 Mobile/15E148 Safari/605.1.15`,
  ],
  [
    'Microsoft Edge on Linux or Android',
    `${ANDROID} ${BLINK} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0`,
  ],
  [
    'Samsung Internet for Android on Linux or Android',
    `${ANDROID} ${BLINK} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
  ],
  ['Opera on Windows', `${WINDOWS} ${BLINK} Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0`],
  [
    'Opera Touch on macOS or iOS',
    `${IPHONE} ${WEBKIT} Version/18.0 Mobile/15E148 Safari/604.1 OPT/6`,
  ],
  [
    'Internet Explorer on Windows',
    'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko',
  ],
  ['Googlebot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['Googlebot', `Mozilla/5.0 ${BLINK} (compatible; Googlebot/2.1) Chrome/142.0.0.0 Safari/537.36`],
  ['curl', 'curl/8.14.1'],
  ['python-requests', 'python-requests/2.32.5'],
  ['PostmanRuntime', 'PostmanRuntime/7.49.1'],
  ['okhttp', 'okhttp/4.12.0'],
  ['Go-http-client', 'Go-http-client/1.1'],
  ['node', 'node'],
  ['MyShop', 'MyShop/3.2.1 CFNetwork/1410.0.3 Darwin/22.6.0'],
  ['MyShop on macOS or iOS', 'MyShop/3.2.1 (iPhone; iOS 18.1; Scale/3.00)'],
  ['Mozilla', 'Mozilla/5.0'],
  ['unknown', '(who knows)'],
  ['unknown', '\u001b[31m'],
];

describe('the family of a User-Agent', () => {
  it('is the browser and system, or the program, of each User-Agent', () =>
    eachRow(FAMILIES, ([family, userAgent]) => {
      expect(userAgentFamily(userAgent)).toBe(family);
    }));

  const desktopPages: [client: string, mobile: string, desktop: string][] = [
    [
      'an iPad',
      `${IPAD} ${WEBKIT} Version/26.0 Mobile/15E148 Safari/604.1`,
      `${MAC} ${WEBKIT} Version/26.0 Safari/605.1.15`,
    ],
    [
      'Chrome on an iPad',
      `${IPAD} ${WEBKIT} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1`,
      `${MAC} ${WEBKIT} CriOS/142 Version/11.1.1 Safari/605.1.15`,
    ],
    [
      'Firefox on an iPad',
      `${IPAD} ${WEBKIT} FxiOS/145.0 Mobile/15E148 Safari/605.1.15`,
      `${MAC} ${WEBKIT} FxiOS/145.0 Safari/605.1.15`,
    ],
    [
      'Chrome on Android',
      `${ANDROID} ${BLINK} Chrome/142.0.0.0 Mobile Safari/537.36`,
      `${LINUX} ${BLINK} Chrome/142.0.0.0 Safari/537.36`,
    ],
    [
      'Firefox on Android',
      'Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0',
      'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    ],
    [
      'Samsung Internet',
      `${ANDROID} ${BLINK} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
      `${LINUX} ${BLINK} SamsungBrowser/29.0 Chrome/136.0.0.0 Safari/537.36`,
    ],
  ];

  it('stays the same when a mobile browser requests the desktop site', () =>
    eachRow(
      desktopPages,
      ([, mobile, desktop]) => {
        expect(userAgentFamily(desktop)).toBe(userAgentFamily(mobile));
      },
      ([client]) => client,
    ));

  it('stays the same when Chrome reduces its User-Agent', () => {
    const whole =
      'Mozilla/5.0 (Linux; Android 13; SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.5304.141 Mobile Safari/537.36';

    expect(userAgentFamily(whole)).toBe(
      userAgentFamily(`${ANDROID} ${BLINK} Chrome/110.0.0.0 Mobile Safari/537.36`),
    );
  });

  it('stays the same after any update', () => {
    assert(
      property(
        record({
          known: constantFrom(...FAMILIES),
          seed: integer({ min: 0, max: 99_999 }),
          more: integer({ min: 0, max: 3 }),
        }),
        ({ known: [family, userAgent], seed, more }) => {
          expect(userAgentFamily(updated(userAgent, seed, more))).toBe(family);
        },
      ),
      fuzzed(600),
    );
  });

  it('is null for an empty or blank User-Agent', () =>
    eachRow(['', ' ', '\t '], (userAgent) => {
      expect(userAgentFamily(userAgent)).toBeNull();
    }));

  it('is short and printable for any input', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 512 }), (userAgent) => {
        expect(userAgentFamily(userAgent) ?? 'none').toMatch(/^[\x20-\x7e]{1,128}$/);
      }),
      fuzzed(200),
    );
  });
});

/** Replaces all numbers that are not part of a word by other numbers, some with more parts. */
function updated(userAgent: string, seed: number, more: number): string {
  let at = seed;
  return userAgent.replace(/(?<![\w.])\d+(?:[._]\d+)*(?![A-Za-z])/g, (version) => {
    at = (at * 31 + 7) % 100_003;
    const separator = version.includes('_') ? '_' : '.';
    return version
      .split(/[._]/)
      .concat(Array<string>(more).fill('0'))
      .map((_, part) => String((at >> part) % 1_000))
      .join(separator);
  });
}
