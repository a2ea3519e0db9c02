import type { RequestListener } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import inject, { type DispatchFunc } from 'light-my-request';
import type { Credential } from './protection';
import { SocketlessConnection } from './socketless-connection';

export interface InjectedAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends a request to an application without a socket, one at a time. */
export type Inject = (path: string, headers: Credential) => Promise<InjectedAnswer>;

/**
 * Returns a factory of {@link Inject}, called once for each request in flight.
 *
 * On Fastify it uses the library of Fastify's own `inject`. On Express that library would change the
 * application's prototypes with every request, which costs more than the request. There it creates Node's
 * own request and response.
 */
export function injectorOf(app: INestApplication): () => Inject {
  const adapter = app.getHttpAdapter();
  const instance: unknown = adapter.getInstance();
  return adapter.getType() === 'fastify'
    ? () => fastifyInject((instance as { routing: DispatchFunc }).routing)
    : () => expressInject(instance as RequestListener);
}

function fastifyInject(listener: DispatchFunc): Inject {
  return async (url, headers) => {
    const { statusCode, payload } = await inject(listener, { method: 'GET', url, headers });
    return { status: statusCode, body: payload };
  };
}

function expressInject(listener: RequestListener): Inject {
  const connection = new SocketlessConnection(listener);
  return (path, headers) => connection.request(path, headers);
}
