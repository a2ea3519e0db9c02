/**
 * An address alone, where a proxy has told a port with it: `192.0.2.7:4711`, `[2001:db8::1]:4711` (RFC 7239,
 * 6). Any other text is left as it is.
 */
export function withoutPort(address: string): string {
  const { ipv4, ipv6 } =
    /^(?:(?<ipv4>[\d.]+):\d{1,5}|\[(?<ipv6>[^\]]*:[^\]]*)\](?::\d{1,5})?)$/.exec(address)?.groups ??
    {};
  return ipv4 ?? ipv6 ?? address;
}
