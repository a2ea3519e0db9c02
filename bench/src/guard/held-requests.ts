import type { Adapter, Credential } from '../servers/protection';
import { SocketlessConnection } from '../servers/socketless-connection';

const PATH = '/held';

/** A request and its response, in the form that the adapter passes to Nest. */
export type Exchange = readonly [request: object, response: object];

/**
 * Requests and responses that the adapter's framework has created and never answers. A guard can be called
 * with them repeatedly.
 */
export async function heldRequests(
  adapter: Adapter,
  headers: Credential,
  count: number,
): Promise<Exchange[]> {
  const held: Exchange[] = [];
  const send = await sender(adapter, (request, response) => {
    held.push([request, response]);
  });
  for (let sent = 0; sent < count; sent++) send(headers);
  while (held.length < count) await new Promise(setImmediate);
  return held;
}

type Hold = (request: object, response: object) => void;

/** Sends requests to an application of the adapter's framework that only holds them. */
async function sender(adapter: Adapter, hold: Hold): Promise<(headers: Credential) => void> {
  if (adapter === 'express') {
    const { default: express } = await import('express');
    const plain = express();
    plain.use(hold);
    return (headers) => void new SocketlessConnection(plain).request(PATH, headers);
  }
  const { default: fastify } = await import('fastify');
  const plain = fastify();
  plain.get(PATH, hold);
  await plain.ready();
  return (headers) => void plain.inject({ method: 'GET', url: PATH, headers });
}
