import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { Redis } from 'ioredis';

/** Timeout of the check, in milliseconds. */
const TIMEOUT = 1_000;

const PING = '*1\r\n$4\r\nPING\r\n';

/** Result of a `PING` without credentials: answered, rejected, or undetermined. */
export type Openness = 'open' | 'closed' | 'unknown';

/**
 * Checks whether the client's server accepts connections without a user, a password and a client
 * certificate. A rejected anonymous `PING` leaves no entry in `ACL LOG`.
 *
 * @param signal Aborts the check.
 * @returns the result within {@link TIMEOUT}; never rejects
 */
export function opennessOf(server: Redis, signal: AbortSignal): Promise<Openness> {
  const socket = signal.aborted ? null : connectAnonymously(server);
  if (socket === null) return Promise.resolve('unknown');
  return new Promise((resolve) => {
    let isConnected = false;
    let reply = '';
    const settle = (openness: Openness) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(openness);
    };
    const giveUp = () => {
      settle('unknown');
    };
    const timer = setTimeout(giveUp, TIMEOUT);
    signal.addEventListener('abort', giveUp);
    socket
      .on('connect', () => {
        isConnected = true;
        socket.write(PING);
      })
      .on('data', (data) => {
        reply += data.toString();
        if (reply.includes('\r\n')) settle(opennessIn(reply));
      })
      // A 'close' event follows, and settles the result.
      .on('error', () => undefined)
      .on('close', () => {
        // A server that requires a client certificate closes the connection without a reply.
        settle(isConnected ? 'closed' : 'unknown');
      });
  });
}

/** Connects to the address of the client's own connection, which Sentinels may have named. */
function connectAnonymously({ stream, options }: Redis): Socket | null {
  if (options.path) return connect({ path: options.path });
  const { remoteAddress: host, remotePort: port } = stream;
  if (host === undefined || port === undefined) return null;
  if (!(stream instanceof TLSSocket)) return connect({ host, port });
  return connectTls({
    ...options.tls,
    ...{ cert: undefined, key: undefined, pfx: undefined, secureContext: undefined },
    host,
    port,
    // This connection carries no secret, and the client has checked the server's certificate already.
    rejectUnauthorized: false,
  });
}

function opennessIn(reply: string): Openness {
  // Redis checks authentication first, so an error of a busy server shows that it is open.
  if (/^(\+PONG|-BUSY|-LOADING|-MISCONF)/.test(reply)) return 'open';
  return reply.startsWith('-ERR max number of clients') ? 'unknown' : 'closed';
}
