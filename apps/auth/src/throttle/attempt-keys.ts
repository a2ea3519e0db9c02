import { createHash } from 'node:crypto';
import { networkOf } from 'nest-sessions/binding';
import { canonicalUsername } from '../users/username';

/** Network of all invalid addresses: they share one network, so that an invalid address has no advantage. */
const UNKNOWN_NETWORK = 'unknown';

/** Prefix lengths of one subscriber's network: a single IPv4 address, or an IPv6 /64 (RFC 6177). */
const NETWORK_SIZE = { ipv4: 32, ipv6: 64 };

/** Keys that count the attempts at one account from one network. */
export interface AttemptKeys {
  readonly account: string;
  readonly network: string;
  readonly pair: string;
}

/**
 * Returns the hash under which an account is counted.
 *
 * @param username As typed. An unknown name is counted like any other. The name is hashed: it may be of any
 *   length, and may be a password that was typed into the wrong field.
 */
export function accountOf(username: string): string {
  return createHash('sha256').update(canonicalUsername(username)).digest('base64url');
}

/**
 * @param username As typed, see {@link accountOf}.
 * @param ip As resolved by the HTTP adapter with `TRUST_PROXY`.
 */
export function attemptKeys(username: string, ip: string | null): AttemptKeys {
  const account = accountOf(username);
  const network = networkOf(ip ?? '', NETWORK_SIZE) ?? UNKNOWN_NETWORK;
  return { account, network, pair: `${account}:${network}` };
}
