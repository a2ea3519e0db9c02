import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Lower bound, below the range from which systems give ports to outgoing connections (RFC 6335, 6; Linux
 * starts at 32768). No outgoing connection takes a port between this check and the caller's `listen`.
 */
const FIRST_PORT = 10_240;
const LAST_PORT = 32_767;

/** Ports already returned or reserved: no two programs must get the same port before either listens on it. */
const given = new Set<number>();

/** Keeps {@link freePort} from returning a port on which a program is about to listen. */
export function reservePort(port: number): void {
  given.add(port);
}

/**
 * Returns a TCP port on which nothing listened a moment ago, a different port at every call.
 *
 * Another process may take the port before the caller listens on it. In this case, retry with the next port.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port, host)) return port;
  }
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen({ port, host, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
