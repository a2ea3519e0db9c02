import 'reflect-metadata';
import {
  AccessRules,
  SessionGuard,
  SessionStore,
  TokenExtractor,
  type TokenRequest,
} from 'nest-sessions';
import { sessionIdOf } from 'nest-sessions/issuer';
import type { INestApplication } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import {
  type JwtAlgorithm,
  jwtCredentials,
  jwtOptions,
} from '../servers/protections/json-web-tokens';
import { JwtGuard } from '../servers/protections/jwt.guard';
import { sessionCredentials } from '../servers/protections/nest-sessions';
import type { Adapter } from '../servers/protection';
import { type Calls, callsOf, guardCalls } from './calls';
import { contextOf } from './context-of';
import { FULL_PLAN, QUICK_PLAN } from './guard.plan';
import { type Exchange, heldRequests } from './held-requests';
import { measureCalls } from './measure-calls';
import { sessionGuardApp } from './session-guard-app';
import { untilCached } from './until-cached';

/** Requests that a guard is called with in turn: few, because a server's are fresh and in the CPU cache. */
const REQUESTS = 16;

/**
 * Measures guards on one adapter. A process with both would compile the code for two kinds of requests,
 * which no service does. Arguments: adapter, Redis URL, `quick` or `full`.
 */
async function main(): Promise<void> {
  const [adapter, redisUrl = '', length] = process.argv.slice(2) as [Adapter, string?, string?];
  const app = await sessionGuardApp(adapter, redisUrl);
  const { valid } = await sessionCredentials(redisUrl);
  const exchanges = await heldRequests(adapter, valid, REQUESTS);
  const guard = app.get(SessionGuard);
  await untilCached(guard, exchanges);
  const calls = [
    guardCalls('near', guard, exchanges),
    await jwtCalls('HS256', adapter),
    await jwtCalls('RS256', adapter),
    await jwtCalls('ES256', adapter),
    ...piecesOf(app, exchanges),
  ];
  process.send?.(await measureCalls(calls, length === 'quick' ? QUICK_PLAN : FULL_PLAN));
}

async function jwtCalls(algorithm: JwtAlgorithm, adapter: Adapter): Promise<Calls> {
  const jwt = new JwtService(jwtOptions(algorithm));
  const exchanges = await heldRequests(adapter, jwtCredentials(jwt).valid, REQUESTS);
  return guardCalls(algorithm, new JwtGuard(jwt), exchanges);
}

/** Steps of a near-cache hit. */
function piecesOf(app: INestApplication, exchanges: readonly Exchange[]): Calls[] {
  const extractor = app.get(TokenExtractor);
  const store = app.get(SessionStore);
  const rules = app.get(AccessRules);
  const adapter = app.getHttpAdapter();
  const requests = exchanges.map(([request]) => request as TokenRequest);
  const responses = exchanges.map(([, response]) => response);
  const tokens = requests.map((request) => extractor.extractFrom(request) ?? '');
  const ids = tokens.map((token) => sessionIdOf(token));
  return [
    callsOf('a context, as Nest makes it', exchanges, contextOf),
    callsOf('the rule of the route', exchanges.map(contextOf), (it) => rules.of(it)),
    callsOf('Cache-Control of the answer', responses, (it) => {
      adapter.setHeader(it, 'Cache-Control', 'no-store');
      return true;
    }),
    callsOf('the token, out of three cookies', requests, (it) => extractor.extractFrom(it)),
    callsOf('SHA-256 of the token', tokens, sessionIdOf),
    callsOf('the session, out of memory', ids, (id) => store.peek(id)),
  ];
}

process.on('disconnect', () => {
  process.exit();
});
main()
  .then(() => process.exit())
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
