import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Two callers in one process must not be given one port because neither listens on it yet. */
const given = new Set<number>();

/**
 * A TCP port on which nothing listened a moment ago, another one at every call.
 *
 * Another process may take it before the caller listens on it: try again with the next one then.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const server = createServer().listen({ port: 0, host, exclusive: true });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (!given.has(port)) {
      given.add(port);
      return port;
    }
  }
}
