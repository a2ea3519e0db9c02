import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { Redis } from 'ioredis';

/** How long the server may take to say whether it is open, in milliseconds. */
const TIMEOUT = 1_000;

const PING = '*1\r\n$4\r\nPING\r\n';

/** Who has no credentials is answered, is turned away, or it cannot be told. */
export type Openness = 'open' | 'closed' | 'unknown';

/**
 * Tries the server that the client is connected to as somebody would who knows nothing but its
 * address: without user, password and client certificate. The refusal of an anonymous `PING` stands in
 * no `ACL LOG`.
 *
 * @param signal Gives it up.
 * @returns always, within {@link TIMEOUT}
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
      // What came of it is told by 'close', which follows.
      .on('error', () => undefined)
      .on('close', () => {
        // A server that asks for a client certificate hangs up without a word.
        settle(isConnected ? 'closed' : 'unknown');
      });
  });
}

/** To the address of the client's own connection, which Sentinels may have named. */
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
    // No secret goes this way, and the client has checked the server's certificate already.
    rejectUnauthorized: false,
  });
}

function opennessIn(reply: string): Openness {
  // An open server that is busy refuses what it would do for anybody else: authentication comes first.
  if (/^(\+PONG|-BUSY|-LOADING|-MISCONF)/.test(reply)) return 'open';
  return reply.startsWith('-ERR max number of clients') ? 'unknown' : 'closed';
}
