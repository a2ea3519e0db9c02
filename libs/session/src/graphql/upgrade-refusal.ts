import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SessionException } from '../errors/session-exception.js';

/** Response to an upgrade request, which has no other response object than its socket. */
interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Answers an upgrade request with a denial as an RFC 9457 problem, and ends its connection. */
export function refuseUpgrade(socket: Duplex, denial: SessionException): void {
  const { headers } = denial;
  answer(socket, { status: denial.getStatus(), headers, body: denial.getResponse() as object });
}

/** Answers an upgrade request that could not be decided about. */
export function failUpgrade(socket: Duplex): void {
  const status = 500;
  const body = { type: 'about:blank', title: STATUS_CODES[status], status };
  answer(socket, { status, headers: {}, body });
}

function answer(socket: Duplex, { status, headers, body }: Refusal): void {
  const text = JSON.stringify(body);
  const fields: Record<string, string> = {
    Connection: 'close',
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(text)),
    'Cache-Control': 'no-store',
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`, ...lines].join('\r\n');
  socket.once('finish', () => socket.destroy());
  socket.end(`${head}\r\n\r\n${text}`);
}
