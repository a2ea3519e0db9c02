import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

/**
 * TLS options that name the server in the handshake, so that one address can serve several names. Node.js
 * checks the certificate against the host, but names none by itself (RFC 6066, 3: names only, no
 * addresses).
 *
 * @param tls A name that is given there stands.
 */
export function withServerName(
  tls: ConnectionOptions,
  host: string | undefined,
): ConnectionOptions {
  return { ...serverName(host), ...tls };
}

/** The name of a host that has one. */
export function serverName(host: string | undefined): Pick<ConnectionOptions, 'servername'> {
  return host !== undefined && host !== '' && isIP(host) === 0 ? { servername: host } : {};
}
