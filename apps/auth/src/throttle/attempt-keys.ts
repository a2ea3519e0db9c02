import { createHash } from 'node:crypto';
import { networkOf } from 'nest-sessions';
import { canonicalUsername } from '../users/username';

/** Where all come from whose address is none: together, so that there is nothing to gain by it. */
const UNKNOWN_NETWORK = 'unknown';

/** As much of an address as one subscriber gets: IPv6 hands out a /64 (RFC 6177) where IPv4 does one. */
const NETWORK_SIZE = { ipv4: 32, ipv6: 64 };

/** Under what the attempts of one account from one network are counted. */
export interface AttemptKeys {
  readonly account: string;
  readonly network: string;
  readonly pair: string;
}

/**
 * The hash under which an account is counted.
 *
 * @param username As it was typed. An unknown name is counted like any other. It is hashed, as it may be of
 *   any length and may be a password that was typed into the wrong field.
 */
export function accountOf(username: string): string {
  return createHash('sha256').update(canonicalUsername(username)).digest('base64url');
}

/**
 * @param username As it was typed, see {@link accountOf}.
 * @param ip As the HTTP adapter resolved it with `TRUST_PROXY`.
 */
export function attemptKeys(username: string, ip: string | null): AttemptKeys {
  const account = accountOf(username);
  const network = networkOf(ip ?? '', NETWORK_SIZE) ?? UNKNOWN_NETWORK;
  return { account, network, pair: `${account}:${network}` };
}
