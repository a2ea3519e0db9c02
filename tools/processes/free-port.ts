import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range from which systems give ports to outgoing connections (RFC 6335, 6; Linux starts at
 * 32768): none of those takes a port between this check and the caller's `listen`.
 */
const FIRST_PORT = 10_240;
const LAST_PORT = 32_767;

/** Two callers in one process must not be given one port because neither listens on it yet. */
const given = new Set<number>();

/**
 * A TCP port on which nothing listened a moment ago, a different one at every call.
 *
 * Another process may take the port before the caller listens on it: try again with the next one then.
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
