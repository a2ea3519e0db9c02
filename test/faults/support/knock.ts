import { Agent, get, type IncomingHttpHeaders } from 'node:http';
import type { ServiceName } from '../../support/guarded-redis';
import type { Visitor } from './visitor';

/** How long an answer may take before there is none, in milliseconds. */
const ANSWER_TIMEOUT = 10_000;

/** One request of a visitor at a door, and what came of it. */
export interface Knock {
  readonly visitor: Visitor;
  readonly service: ServiceName;
  /** What may be answered, beside 503: as it was when the request was sent, or when it was answered. */
  readonly allowed: readonly number[];
  /** By `performance.now()`, as all times here. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** A failure when there was no answer. */
  readonly outcome: { status: number; headers: IncomingHttpHeaders } | Error;
}

/** Connections that are kept alive; idle ones are closed before the services close them. */
export function keepAliveAgent(): Agent {
  return new Agent({ keepAlive: true, timeout: 3_000 });
}

/** Resolves whatever happens. */
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
