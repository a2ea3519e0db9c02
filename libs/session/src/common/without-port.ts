/** Maximum length of an address with its zone (RFC 4007, 11), brackets and port, in characters. */
const LONGEST = 128;

const IPV4_AND_PORT = /^(?<address>[\d.]+):\d{1,5}$/;
const BRACKETS_AND_PORT = /^\[(?<address>[^\]]+)\](?::\d{1,5})?$/;

/**
 * Returns an address without the port that a proxy has added: `192.0.2.7:4711`, `[2001:db8::1]:4711` (RFC
 * 7239, 6). Any other text is returned unchanged.
 *
 * @example
 * withoutPort('192.0.2.7:4711'); // '192.0.2.7'
 */
export function withoutPort(address: string): string {
  if (address.length > LONGEST) return address;
  const ipv4 = IPV4_AND_PORT.exec(address)?.groups?.address;
  if (ipv4 !== undefined) return ipv4;
  const ipv6 = BRACKETS_AND_PORT.exec(address)?.groups?.address;
  return ipv6?.includes(':') ? ipv6 : address;
}
