import type { RequestListener } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import inject, { type DispatchFunc } from 'light-my-request';
import type { Credential } from './protection';
import { SocketlessConnection } from './socketless-connection';

export interface InjectedAnswer {
  readonly status: number;
  readonly body: string;
}

/** Hands a request to an application without a socket; the next one when it was answered. */
export type Inject = (path: string, headers: Credential) => Promise<InjectedAnswer>;

/**
 * What makes an {@link Inject} for an application, one for each request that is to be in flight.
 *
 * On Fastify it is what Fastify's own `inject` uses. On Express that would change the prototypes of the
 * application with every request, which costs more than the request: there Node's own request and
 * response are made.
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
