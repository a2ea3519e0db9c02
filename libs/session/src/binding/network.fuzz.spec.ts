import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { networkOf } from './network.js';

const SIZES = { ipv4: 24, ipv6: 56 };

const ipv4 = fc.ipV4();
const groups = fc.array(fc.oneof(fc.nat(0xffff), fc.constant(0)), { minLength: 8, maxLength: 8 });
/** One spelling of an address, of the many that RFC 4291, 2.2 allows. */
const spelt = fc.tuple(groups, fc.boolean(), fc.boolean(), fc.option(fc.nat(7)));
const zone = fc.constantFrom('', '%eth0', '%1');

/** Addresses, texts that are nearly addresses, and texts that are not. */
const anything = fc.oneof(
  ipv4,
  fc.ipV6(),
  fc
    .tuple(fc.constantFrom('::ffff:', '::FFFF:0:', '::', '64:ff9b::', ''), ipv4)
    .map(([a, b]) => a + b),
  fc
    .array(
      fc.constantFrom(
        ...'0123456789abcdefABCDEFx:.%[]/ -'.split(''),
        '::',
        '::ffff:',
        '0x',
        '255',
        '00',
      ),
      {
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.oneof(ipv4, fc.ipV6()), fc.nat(40), fc.string({ maxLength: 2 }))
    .map(([address, at, put]) => address.slice(0, at) + put + address.slice(at)),
  fc.string({ unit: 'binary' }),
);

function textOf([parts, upper, padded, shortenAt]: [
  number[],
  boolean,
  boolean,
  number | null,
]): string {
  const written = parts.map((part) => {
    const hex = part.toString(16).padStart(padded ? 4 : 1, '0');
    return upper ? hex.toUpperCase() : hex;
  });
  // One group of zeros may be left out.
  return shortenAt !== null && parts[shortenAt] === 0
    ? `${written.slice(0, shortenAt).join(':')}::${written.slice(shortenAt + 1).join(':')}`
    : written.join(':');
}

/** Computes the network of IPv6 groups by arithmetic, in the spelling of a URL. */
function ipv6Network(parts: readonly number[], bits: number): string {
  const number = parts.reduce((sum, part) => (sum << 16n) | BigInt(part), 0n);
  const cleared = BigInt(128 - bits);
  const kept = ((number >> cleared) << cleared).toString(16).padStart(32, '0');
  const address = kept.match(/.{4}/g)?.join(':') ?? '';
  return `${new URL(`http://[${address}]`).hostname.slice(1, -1)}/${bits}`;
}

function ipv4Network(address: string, bits: number): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const kept = Math.floor(number / 2 ** (32 - bits)) * 2 ** (32 - bits);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(kept / 2 ** shift) % 256).join('.')}/${bits}`;
}

describe('the network of any address', () => {
  it('consists of the first bits of the address, in every spelling', () => {
    const isMapped = (parts: number[]) =>
      parts.slice(0, 5).every((it) => it === 0) && parts[5] === 0xffff;
    fc.assert(
      fc.property(spelt, zone, fc.nat(128), (given, suffix, bits) => {
        fc.pre(!isMapped(given[0]));
        expect(networkOf(textOf(given) + suffix, { ...SIZES, ipv6: bits })).toBe(
          ipv6Network(given[0], bits),
        );
      }),
      fuzzed(900),
    );
  });

  it('is the same for IPv4 and IPv4-mapped IPv6', () => {
    const clothes = fc.constantFrom('', '::ffff:', '::FFFF:', '0:0:0:0:0:ffff:', '0000::ffff:');
    fc.assert(
      fc.property(ipv4, clothes, fc.nat(32), (address, prefix, bits) => {
        const expected = ipv4Network(address, bits);
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        expect(networkOf(prefix + address, { ...SIZES, ipv4: bits })).toBe(expected);
        expect(networkOf(hex, { ...SIZES, ipv4: bits })).toBe(expected);
      }),
      fuzzed(800),
    );
  });

  it('does not depend on a port', () => {
    const port = fc.option(fc.nat(65_535), { nil: null });
    fc.assert(
      fc.property(spelt, ipv4, zone, port, (groups, four, suffix, number) => {
        const end = number === null ? '' : `:${number}`;
        const six = textOf(groups) + suffix;
        expect(networkOf(`[${six}]${end}`, SIZES)).toBe(networkOf(six, SIZES));
        expect(networkOf(four + end, SIZES)).toBe(networkOf(four, SIZES));
      }),
      fuzzed(600),
    );
  });

  it('exists exactly when Node.js accepts the text, without its port, as an address', () => {
    fc.assert(
      fc.property(anything, (text) => {
        // Node.js accepts more zones than the system has.
        fc.pre(!text.includes('%'));
        const four = text.replace(/(?<!:.*):\d{1,5}$/s, '');
        const six = /^\[(.*)\](?::\d{1,5})?$/s.exec(text)?.[1] ?? text;
        const isAddress = isIPv4(four) || isIPv6(six);
        expect(networkOf(text, SIZES) !== null).toBe(isAddress);
      }),
      fuzzed(1_200),
    );
  });
});
