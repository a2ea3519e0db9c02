import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Returns a port on which nothing listens. Page and API know each other's origin at their start. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
