import { Metadata, status } from '@grpc/grpc-js';
import { Controller, Logger } from '@nestjs/common';
import type { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { firstValueFrom, Observable } from 'rxjs';
import { DenialAudit } from '../audit/denial-audit.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { reauthenticationRequired } from '../errors/reauthentication-required.js';
import type { SessionError } from '../errors/session-error.js';
import {
  roleRequired,
  type SessionException,
  sessionRequired,
} from '../errors/session-exception.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { nativeAdapterHost } from '../../test-support/native-adapter.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { Denials } from './denials.js';
import { SessionExceptionFilter } from './session-exception.filter.js';
import type { SessionTransports } from './session-transports.js';
import {
  contextOf,
  httpRequest,
  message,
  responseTo,
  transportsOf,
} from './test-support/guarded.js';

@Controller()
class SampleController {
  handler(): void {
    // Only its name matters.
  }
}

const options = new SessionOptions({ store: new MemorySessionStore(), retryAfter: 7 });

describe('the filter of denials and errors', () => {
  let log: KeptSecurityLog;
  let filter: SessionExceptionFilter;
  let lines: string[];

  beforeEach(() => {
    log = new KeptSecurityLog();
    filter = filterOn(transportsOf());
    lines = [];
    jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((text: unknown) => lines.push(String(text)));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  function filterOn(transports: SessionTransports): SessionExceptionFilter {
    const audit = new DenialAudit(log, new TokenExtractor(options));
    const denials = new Denials(options, nativeAdapterHost(), audit, transports);
    return new SessionExceptionFilter(denials, nativeAdapterHost(), transports);
  }

  /** Returns the status, headers and body of the response over HTTP. */
  function answerTo(error: SessionError | SessionException): object {
    const context = httpRequest([SampleController, 'handler']);
    expect(filter.catch(error, context)).toBeUndefined();
    const response = responseTo(context);
    return { status: response.statusCode, headers: response.getHeaders(), body: response.body };
  }

  const messageWith = (carrier?: object): ExecutionContextHost =>
    message([SampleController, 'handler'], {}, carrier);

  async function errorIn(answer: ReturnType<typeof filter.catch>): Promise<unknown> {
    if (!(answer instanceof Observable)) throw new Error('no answer');
    return firstValueFrom(answer).catch((error: unknown) => error);
  }

  const problem = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

  it('answers 401 with an RFC 9457 problem that asks for a bearer token', () => {
    expect(answerTo(sessionRequired())).toEqual({
      status: 401,
      headers: { ...problem, 'www-authenticate': 'Bearer' },
      body: {
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        code: 'ERR_SESSION_REQUIRED',
        detail: 'Sign in: this request needs a valid session.',
      },
    });
  });

  it('answers 403 without a header that makes browsers ask for a password', () => {
    expect(answerTo(roleRequired())).toEqual({
      status: 403,
      headers: problem,
      body: {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        code: 'ERR_SESSION_ROLE_REQUIRED',
        detail: 'The session has no role that allows this.',
      },
    });
    expect(answerTo(reauthenticationRequired({ maxAge: 300_000, at: '/again' }))).toMatchObject({
      status: 403,
      headers: problem,
      body: { maxAge: 300, reauthenticate: '/again' },
    });
  });

  it('answers 400 to two tokens, and logs no error', () => {
    expect(answerTo(new AmbiguousTokenError())).toMatchObject({
      status: 400,
      headers: problem,
      body: { title: 'Bad Request', code: 'ERR_SESSION_TOKEN_AMBIGUOUS' },
    });
    expect(log.events).toMatchObject([{ event: 'token.ambiguous' }]);
    expect(lines).toEqual([]);
  });

  it('answers 503 with Retry-After, and logs the cause', () => {
    const error = new SessionStoreUnavailableError({ cause: new Error('connection lost') });

    expect(answerTo(error)).toEqual({
      status: 503,
      headers: { ...problem, 'retry-after': '7' },
      body: {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        code: 'ERR_SESSION_STORE_UNAVAILABLE',
        detail: 'The session store cannot answer. Try again in a moment.',
      },
    });
    expect(lines).toEqual([`${error.message} (connection lost)`]);
  });

  it('answers 500 without the reason when the service is misconfigured', () => {
    const answer = answerTo(new SessionOptionsError('the secret reason'));

    expect(answer).toMatchObject({ status: 500, body: { code: 'ERR_SESSION_OPTIONS_INVALID' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(lines).toEqual(['the secret reason']);
  });

  it('audits an unavailable store once for many requests, and every denial', () => {
    for (let count = 0; count < 40; count += 1) {
      answerTo(new SessionStoreUnavailableError());
      answerTo(roleRequired());
    }

    const events = log.events.map(({ event }) => event);
    expect(events.filter((it) => it === 'store.unavailable')).toHaveLength(1);
    expect(events.filter((it) => it === 'session.denied')).toHaveLength(40);
    expect(lines).toHaveLength(1);
  });

  it('answers a message with an error object of the same code, also without SessionCallsModule', async () => {
    for (const by of [filter, filterOn(transportsOf({ calls: null }))]) {
      const unavailable = new SessionStoreUnavailableError();
      expect(await errorIn(by.catch(unavailable, messageWith()))).toEqual({
        status: 'error',
        code: 'ERR_SESSION_STORE_UNAVAILABLE',
        message: 'The session store cannot answer. Try again in a moment.',
      });
      const denial = reauthenticationRequired({ maxAge: 300_000, at: '/again' });
      expect(await errorIn(by.catch(denial, messageWith()))).toEqual({
        status: 'error',
        code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
        message: 'Enter your password again, at /again.',
        maxAge: 300,
        reauthenticate: '/again',
      });
    }
  });

  it('returns the denial on transports that format it themselves', () => {
    const denial = sessionRequired();
    for (const type of ['ws', 'graphql']) {
      const context = contextOf(type, [SampleController, 'handler'], [{}]);
      expect(filter.catch(denial, context)).toBe(denial);
      expect(filterOn(transportsOf({ webSockets: false })).catch(denial, context)).toBe(denial);
    }
  });

  it('answers a gRPC call with a status and the code in the metadata', async () => {
    const error = await errorIn(filter.catch(sessionRequired(), messageWith(new Metadata())));

    const { code, metadata } = error as { code: number; metadata: Metadata };
    expect(code).toBe(status.UNAUTHENTICATED);
    expect(metadata.get('x-session-error')).toEqual(['ERR_SESSION_REQUIRED']);
  });

  it('audits the denial of a message', async () => {
    await errorIn(filter.catch(sessionRequired(), messageWith()));

    expect(log.events).toMatchObject([{ event: 'session.denied', status: 401, door: 'rpc' }]);
  });
});
