import type { INestApplication } from '@nestjs/common';
import inject, { type DispatchFunc } from 'light-my-request';
import type { Credential } from './protection';

export interface InjectedAnswer {
  readonly status: number;
  readonly body: string;
}

export type Inject = (path: string, headers: Credential) => Promise<InjectedAnswer>;

/**
 * Hands requests to an application without a socket, on both adapters by what Fastify's own `inject`
 * uses. On Express it puts its own prototypes into the application for good, which then can serve no
 * request that comes over a socket.
 */
export function injectorOf(app: INestApplication): Inject {
  const listener = requestListener(app);
  return async (url, headers) => {
    const { statusCode, payload } = await inject(listener, { method: 'GET', url, headers });
    return { status: statusCode, body: payload };
  };
}

function requestListener(app: INestApplication): DispatchFunc {
  const adapter = app.getHttpAdapter();
  const instance: unknown = adapter.getInstance();
  return adapter.getType() === 'fastify'
    ? (instance as { routing: DispatchFunc }).routing
    : (instance as DispatchFunc);
}
