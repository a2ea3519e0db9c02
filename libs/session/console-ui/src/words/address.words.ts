/** IPv4 ranges of local networks: RFC 1918, RFC 3927 (link-local) and RFC 6598 (shared by carriers). */
const LOCAL_V4 =
  /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

/** IPv6 ranges of local networks: RFC 4193 (unique local) and RFC 4291 (link-local). */
const LOCAL_V6 = /^(?:f[cd][\da-f]{2}:|fe[89ab][\da-f]:)/i;

/** Returns the place that an address stands for. */
export function addressWords(ip: string | null): string {
  if (ip === null || ip === '') return 'unknown address';
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  if (address === '::1' || address.startsWith('127.')) return 'this device';
  if (LOCAL_V4.test(address) || LOCAL_V6.test(address)) return 'local network';
  return 'the Internet';
}
