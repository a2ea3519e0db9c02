import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { endUpgrade } from '../channels/end-upgrade.js';
import type { SessionException } from '../errors/session-exception.js';

const HEADERS = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' };

/** Answers an upgrade request with a denial as an RFC 9457 problem, and ends its connection. */
export function refuseUpgrade(socket: Duplex, denial: SessionException): void {
  const body = JSON.stringify(denial.getResponse());
  endUpgrade(socket, {
    status: denial.getStatus(),
    headers: { ...HEADERS, ...denial.headers },
    body,
  });
}

/** Answers an upgrade request that could not be decided about. */
export function failUpgrade(socket: Duplex): void {
  const status = 500;
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status });
  endUpgrade(socket, { status, headers: HEADERS, body });
}
