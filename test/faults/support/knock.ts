import { Agent, get, type IncomingHttpHeaders } from 'node:http';
import type { ServiceName } from '../../support/guarded-redis';
import type { Visitor } from './visitor';

/** Time limit for an answer, in milliseconds. */
const ANSWER_TIMEOUT = 10_000;

/** One request of a visitor to a route, with its result. */
export interface Knock {
  readonly visitor: Visitor;
  readonly service: ServiceName;
  /** Permitted statuses in addition to 503, at the time of the request or of its answer. */
  readonly allowed: readonly number[];
  /** By `performance.now()`, like all times here. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** An error when there was no answer. */
  readonly outcome: { status: number; headers: IncomingHttpHeaders } | Error;
}

/** Creates an agent that keeps connections alive, and closes idle connections before the services do. */
export function keepAliveAgent(): Agent {
  return new Agent({ keepAlive: true, timeout: 3_000 });
}

/** Sends a request of a visitor; never rejects. */
export async function knock(
  url: string,
  visitor: Visitor,
  service: ServiceName,
  agent: Agent,
): Promise<Knock> {
  const before = visitor.answersOf(service);
  const sentAt = performance.now();
  const outcome = await answerTo(url, visitor.token, agent);
  // A logout may overtake a request that was sent before it.
  const allowed = [...before, ...visitor.answersOf(service)];
  return { visitor, service, allowed, sentAt, answeredAt: performance.now(), outcome };
}

function answerTo(url: string, token: string, agent: Agent): Promise<Knock['outcome']> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT);
    get(url, { agent, signal, headers: { cookie: `__Host-sid=${token}` } }, (response) => {
      const { statusCode = 0, headers } = response;
      response
        .on('end', () => {
          resolve({ status: statusCode, headers });
        })
        .on('error', resolve)
        .resume();
    }).on('error', resolve);
  });
}
