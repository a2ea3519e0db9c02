import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { withoutPort } from '../common/without-port.js';

/** Number of leading bits of an address that name its network. */
export interface NetworkSize {
  /** Leading bits of an IPv4 address, 0 to 32. */
  readonly ipv4: number;
  /** Leading bits of an IPv6 address, 0 to 128. */
  readonly ipv6: number;
}

const IPV6_BYTES = 16;
const BITS_PER_BYTE = 8;

/**
 * Returns the network of an address, in the same text for all spellings of the address: `192.0.2.7/32`,
 * `2001:db8:0:1::/64`. An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) is that IPv4 address. A zone (RFC
 * 4007, 11) is left out, and so is a port, which some proxies add: `192.0.2.7:4711`, `[2001:db8::1]:4711`
 * (RFC 7239, 6).
 *
 * @returns `null` for a text that is not an address in the notation of RFC 4291 or dotted decimal: names,
 *   octal and short forms, which parsers interpret differently
 *
 * @example
 * networkOf('192.0.2.7:4711', { ipv4: 24, ipv6: 64 }); // '192.0.2.0/24'
 */
export function networkOf(address: string, { ipv4, ipv6 }: NetworkSize): string | null {
  const host = withoutPort(address);
  // The zone of a link-local address names its interface; IPv4 has no zones.
  const [bare = ''] = host.includes(':') ? host.split('%', 1) : [host];
  // ipaddr.js reads octal and hexadecimal parts as numbers, also within IPv6; Node.js rejects both.
  switch (isIP(bare)) {
    case 4:
      return maskedIpv4(ipaddr.IPv4.parse(bare), ipv4);
    case 6: {
      // Without a dotted end: ipaddr.js reads it as IPv4 even where it is only another notation.
      const { hostname } = new URL(`http://[${bare}]`);
      const parsed = ipaddr.IPv6.parse(hostname.slice(1, -1));
      return parsed.isIPv4MappedAddress()
        ? maskedIpv4(parsed.toIPv4Address(), ipv4)
        : maskedIpv6(parsed, ipv6);
    }
    default:
      return null;
  }
}

function maskedIpv4(address: ipaddr.IPv4, bits: number): string {
  return `${new ipaddr.IPv4(masked(address.toByteArray(), bits)).toString()}/${bits}`;
}

function maskedIpv6(address: ipaddr.IPv6, bits: number): string {
  const bytes = masked(address.toByteArray().slice(0, IPV6_BYTES), bits);
  return `${new ipaddr.IPv6(bytes).toRFC5952String()}/${bits}`;
}

/** Returns the bytes with all bits after the first `bits` cleared. */
function masked(bytes: readonly number[], bits: number): number[] {
  return bytes.map((byte, at) => {
    const kept = Math.min(Math.max(bits - at * BITS_PER_BYTE, 0), BITS_PER_BYTE);
    return byte & (0xff << (BITS_PER_BYTE - kept));
  });
}
