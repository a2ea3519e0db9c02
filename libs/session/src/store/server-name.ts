import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/**
 * Returns TLS options with a server name for the handshake, so that one address can serve several names.
 * Node.js checks the certificate against the host, but sends no server name by itself (RFC 6066, 3: names
 * only, no addresses).
 *
 * @param tls A `servername` in these options takes precedence.
 */
export function withServerName(
  tls: ConnectionOptions,
  host: string | undefined,
): ConnectionOptions {
  return { ...serverName(host), ...tls };
}

/** Returns the server name of a host; empty for an IP address. */
export function serverName(host: string | undefined): Pick<ConnectionOptions, 'servername'> {
  return host !== undefined && host !== '' && isIP(host) === 0 ? { servername: host } : {};
}
