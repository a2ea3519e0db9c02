import inject, { type DispatchFunc } from 'light-my-request';
import type { Adapter, Credential } from '../servers/protection';

/** A request and its response, as the adapter hands them to Nest. */
export type Exchange = readonly [request: object, response: object];

/**
 * Requests and responses that the adapter's framework has made and that are never answered, so that a
 * guard may be called with them again and again.
 */
export async function heldRequests(
  adapter: Adapter,
  headers: Credential,
  count: number,
): Promise<Exchange[]> {
  const held: Exchange[] = [];
  const listener = await listenerThat((request, response) => {
    held.push([request, response]);
  }, adapter);
  for (let sent = 0; sent < count; sent++) {
    void inject(listener, { method: 'GET', url: '/held', headers });
  }
  while (held.length < count) await new Promise(setImmediate);
  return held;
}

type Hold = (request: object, response: object) => void;

/** An application of the adapter's own framework that does nothing else. */
async function listenerThat(hold: Hold, adapter: Adapter): Promise<DispatchFunc> {
  if (adapter === 'express') {
    const { default: express } = await import('express');
    const plain = express();
    plain.use(hold);
    return plain;
  }
  const { default: fastify } = await import('fastify');
  const plain = fastify();
  plain.get('/held', hold);
  await plain.ready();
  return (request, response) => {
    plain.routing(request, response);
  };
}
