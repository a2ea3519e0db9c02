import { Controller } from '@nestjs/common';
import type { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { reauthenticationRequired } from '../errors/reauthentication-required.js';
import { SessionDataExistsError } from '../errors/session-data-exists.error.js';
import {
  callRefused,
  roleRequired,
  type SessionException,
  sessionRequired,
  toSessionException,
} from '../errors/session-exception.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { contextOf, httpRequest, message } from '../guard/test-support/guarded.js';
import { SessionOptions } from '../options/session.options.js';
import {
  attachCaller,
  attachMessage,
  attachSession,
  carrierOf,
} from '../source/request-session.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { withBearer, withCookie } from '../../test-support/requests.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { DenialAudit } from './denial-audit.js';
import type { SecurityEvent } from './security-event.js';

@Controller()
class TeaController {
  handler(): void {
    // Only its name matters.
  }
}

const tokens = new TokenExtractor(new SessionOptions({ store: new MemorySessionStore() }));

/** Returns the events that are recorded for a denial. */
function recorded(denial: SessionException, host: ExecutionContextHost): SecurityEvent[] {
  const log = new KeptSecurityLog();
  new DenialAudit(log, tokens).record(denial, host);
  return log.events;
}

const request = (headers: Record<string, string> = {}) =>
  httpRequest([TeaController, 'handler'], {
    headers,
    method: 'GET',
    url: '/tea/canary?canary=1',
    route: { path: '/tea/:id' },
  });

const denied = {
  event: 'session.denied',
  outcome: 'failure',
  door: 'http',
  method: 'GET',
  route: '/tea/:id',
  caller: null,
};

describe('the audit event of a denial', () => {
  it('distinguishes a request without credentials from one with invalid credentials', async () => {
    const token = createToken();
    const rows: [headers: Record<string, string>, reason: string, sessionId: string | null][] = [
      [{}, 'anonymous', null],
      [{ cookie: 'theme=dark' }, 'anonymous', null],
      [withCookie('canary').headers, 'anonymous', null],
      [withCookie(token).headers, 'invalid', sessionIdOf(token)],
      [withBearer(token).headers, 'invalid', sessionIdOf(token)],
      [withBearer('canary').headers, 'invalid', null],
      [{ authorization: 'Basic canary' }, 'anonymous', null],
      [{ 'x-session-call': 'canary' }, 'invalid', null],
      [{ 'x-session-identity': 'canary' }, 'invalid', null],
      [{ ...withCookie(token).headers, authorization: 'Bearer canary' }, 'invalid', null],
    ];
    await eachRow(rows, ([headers, reason, sessionId]) => {
      const events = recorded(sessionRequired(), request(headers));

      expect(events).toEqual([
        { ...denied, status: 401, code: 'ERR_SESSION_REQUIRED', reason, sessionId, userId: null },
      ]);
      expect(JSON.stringify(events)).not.toContain('canary');
      expect(JSON.stringify(events)).not.toContain(token);
    });
  });

  it('names the session that the denial is about', () => {
    const session = sampleSession();

    expect(recorded(roleRequired({ session, caller: 'orders' }), request())).toEqual([
      {
        ...denied,
        status: 403,
        code: 'ERR_SESSION_ROLE_REQUIRED',
        reason: 'role',
        sessionId: session.id,
        userId: 'u-1',
        caller: 'orders',
      },
    ]);
    const again = reauthenticationRequired({ at: '/again', who: { session } });
    expect(recorded(again, request())).toMatchObject([
      {
        event: 'session.denied',
        status: 403,
        reason: 'reauthentication',
        sessionId: session.id,
        userId: 'u-1',
      },
    ]);
  });

  it('names the session and the caller that the guard authorized', () => {
    const session = sampleSession();
    const host = request();
    attachSession(carrierOf(host), session);
    attachCaller(carrierOf(host), 'orders');

    expect(recorded(roleRequired(), host)).toMatchObject([
      { sessionId: session.id, userId: 'u-1', caller: 'orders' },
    ]);
  });

  it('has its own type for a denial that is not about a session', async () => {
    const rows: [denial: SessionException, event: string, status: number][] = [
      [toSessionException(new AmbiguousTokenError(), 1), 'token.ambiguous', 400],
      [callRefused(), 'call.refused', 401],
      [toSessionException(new SessionStoreUnavailableError(), 1), 'store.unavailable', 503],
    ];
    await eachRow(rows, ([denial, event, status]) => {
      expect(recorded(denial, request())).toEqual([
        { ...denied, event, status, code: denial.code, sessionId: null, userId: null },
      ]);
    });
  });

  it('is not recorded for other errors', () => {
    const errors = [new SessionDataExistsError('orders', 'coupon'), new SessionOptionsError('x')];

    for (const error of errors)
      expect(recorded(toSessionException(error, 1), request())).toEqual([]);
  });

  it('describes a message, including one rejected before it was opened', () => {
    const token = createToken();
    const { headers } = withBearer(token);
    const opened = message([TeaController, 'handler'], {}, { getPattern: () => 'brew' });
    attachMessage(carrierOf(opened), { headers });
    const told = { door: 'rpc', method: null };

    expect(recorded(sessionRequired(), opened)).toMatchObject([
      { ...told, route: 'brew', reason: 'invalid', sessionId: sessionIdOf(token) },
    ]);
    const unopened = message([TeaController, 'handler'], {});
    expect(recorded(sessionRequired(), unopened)).toMatchObject([
      { ...told, route: null, reason: 'anonymous', sessionId: null },
    ]);
  });

  it('names the message and the session of the handshake on a WebSocket', () => {
    const token = createToken();
    const client = {};
    attachMessage(client, { headers: withBearer(token).headers });
    const socket = contextOf('ws', [TeaController, 'handler'], [client, {}, 'pour']);

    expect(recorded(sessionRequired(), socket)).toMatchObject([
      { door: 'ws', method: null, route: 'pour', reason: 'invalid', sessionId: sessionIdOf(token) },
    ]);
  });

  it('names the field and the session of the request in GraphQL', () => {
    const token = createToken();
    const info = { parentType: 'Query', fieldName: 'tea' };
    const operation = [undefined, {}, { req: { headers: withBearer(token).headers } }, info];
    const context = contextOf('graphql', [TeaController, 'handler'], operation);

    expect(recorded(sessionRequired(), context)).toMatchObject([
      {
        door: 'graphql',
        method: null,
        route: 'Query.tea',
        reason: 'invalid',
        sessionId: sessionIdOf(token),
      },
    ]);
  });

  it('counts a WebSocket without a handshake as anonymous', () => {
    const socket = contextOf('ws', [TeaController, 'handler'], [{}]);

    expect(recorded(sessionRequired(), socket)).toEqual([
      {
        ...denied,
        status: 401,
        code: 'ERR_SESSION_REQUIRED',
        door: 'ws',
        method: null,
        route: null,
        reason: 'anonymous',
        sessionId: null,
        userId: null,
      },
    ]);
  });
});
