import {
  Controller,
  Get,
  type INestApplication,
  Logger,
  NotFoundException,
  Post,
  Res,
} from '@nestjs/common';
import { Redis } from 'ioredis';
import type { ServerResponse } from 'node:http';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { type IssuedSession, SessionManager } from '../issuer/session.manager.js';
import { Public } from '../roles/public.decorator.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { SessionModule } from '../session.module.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { answerOf, withBearer, withCookie } from '../../test-support/requests.js';
import { SampleController } from '../../test-support/sample.controller.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { createToken } from '../token/session-token.js';

@Controller()
class FreshController {
  @RequireRecentSignIn('5m')
  @Get('recent')
  recent(): string {
    return 'in';
  }
}

@Public()
@Controller()
class FailingController {
  constructor(private readonly manager: SessionManager) {}

  @Post('login')
  async login(): Promise<string> {
    const { token } = await this.manager.create({
      user: { id: 'u-1', username: 'ada' },
      roles: [],
    });
    return token;
  }

  @Get('misconfigured')
  misconfigured(): never {
    throw new SessionOptionsError('the secret reason');
  }

  @Get('not-found')
  notFound(): never {
    throw new NotFoundException();
  }

  @Get('too-late')
  tooLate(@Res() response: ServerResponse | { raw: ServerResponse }): never {
    const native = 'raw' in response ? response.raw : response;
    native.writeHead(200, { 'Content-Type': 'text/plain' });
    native.write('beginning');
    throw new SessionStoreUnavailableError();
  }
}

const controllers = [SampleController, FreshController, FailingController];

function signIn(app: INestApplication): Promise<IssuedSession> {
  const manager = app.get(SessionManager, { strict: false });
  return manager.create({ user: { id: 'u-1', username: 'ada' }, roles: ['read'] });
}

describe.each(httpAdapters)('a denial on %s', (_, makeAdapter) => {
  const redis = startedRedis();
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ({ app, url } = await listen(makeAdapter, {
      imports: [SessionModule.forRoot({ redis: redis.url }), SessionIssuerModule.forRoot({})],
      controllers,
    }));
  });

  afterAll(() => app.close());

  async function answerTo(path: string, init?: RequestInit): ReturnType<typeof answerOf> {
    return answerOf(await fetch(url + path, init));
  }

  describe('of a request without a valid session', () => {
    it('is an RFC 9457 problem that asks for a bearer token', async () => {
      const { status, headers, body } = await answerTo('/closed');

      expect(status).toBe(401);
      expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(headers).not.toHaveProperty('set-cookie');
      expect(JSON.parse(body)).toEqual({
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        code: 'ERR_SESSION_REQUIRED',
        detail: 'Sign in: this request needs a valid session.',
      });
    });

    it('is the same response for every invalid token as for no token', async () => {
      const admin = redis.client;
      /** Signs in, and changes the session in Redis. */
      const tokenAfter = (change: (key: string, id: string) => Promise<unknown>) => async () => {
        const { token, session } = await signIn(app);
        await change(`session:{${session.id}}`, session.id);
        return token;
      };
      const rewrite = (pattern: RegExp, text: string) =>
        tokenAfter(async (key) => {
          const record = (await admin.get(key)) ?? '';
          const changed = record.replace(pattern, text);
          expect(changed).not.toBe(record);
          await admin.set(key, changed, 'KEEPTTL');
        });
      const rows: [what: string, token: () => Promise<string>][] = [
        ['a malformed token', () => Promise.resolve('not-a-token')],
        ['a forged token', () => Promise.resolve(createToken())],
        [
          'a token whose session was revoked',
          tokenAfter((_key, id) => app.get(SessionManager, { strict: false }).revoke(id)),
        ],
        [
          'a token whose session was not used in time',
          tokenAfter(async (_key, id) => {
            await admin.pexpire(`idle:{${id}}`, 1);
            await eventually(async () => (await admin.exists(`idle:{${id}}`)) === 0);
          }),
        ],
        [
          'a token whose session is past its absolute timeout',
          rewrite(/"abs":\d+/, `"abs":${Date.now() - 1}`),
        ],
        [
          'a token whose record is malformed',
          tokenAfter((key) => admin.set(key, '{"v":1}', 'KEEPTTL')),
        ],
        [
          'a token whose record is of another type',
          tokenAfter((key) =>
            admin.multi().del(key).hset(key, 'v', '1').pexpire(key, 60_000).exec(),
          ),
        ],
        ['a token whose record is of a later version', rewrite(/"v":1/, '"v":2')],
      ];
      const missing = await answerTo('/closed');
      await eachRow(
        rows,
        async ([, makeToken]) => {
          const token = await makeToken();
          expect(await answerTo('/closed', withCookie(token))).toEqual(missing);
          expect(await answerTo('/closed', withBearer(token))).toEqual(missing);
          expect(await answerTo('/write', withCookie(token))).toEqual(missing);
        },
        ([what]) => what,
      );
    });

    it('has the same headers but no body for HEAD', async () => {
      const { status, headers, body } = await answerTo('/closed', { method: 'HEAD' });

      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(body).toBe('');
    });
  });

  it('of a session without the role is 403, and reveals no roles', async () => {
    const { token } = await signIn(app);

    const { status, headers, body } = await answerTo('/write', withCookie(token));

    expect(status).toBe(403);
    expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(headers).not.toHaveProperty('set-cookie');
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'ERR_SESSION_ROLE_REQUIRED',
      detail: 'The session has no role that allows this.',
    });
  });

  it('of a session that is not recent enough is 403, and states where to re-authenticate', async () => {
    const { token, session } = await signIn(app);
    const key = `session:{${session.id}}`;
    const record = (await redis.client.get(key)) ?? '';
    const hourAgo = `"authenticatedAt":${Date.now() - 3_600_000}`;
    await redis.client.set(key, record.replace(/"authenticatedAt":\d+/, hourAgo), 'KEEPTTL');

    const { status, headers, body } = await answerTo('/recent', withBearer(token));

    expect(status).toBe(403);
    expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
      detail: 'Enter your password again, at /auth/reauthenticate.',
      maxAge: 300,
      reauthenticate: '/auth/reauthenticate',
    });
  });

  it('of two tokens is 400, and states what to send', async () => {
    const { token } = await signIn(app);
    const headers = { ...withCookie(token).headers, ...withBearer(token).headers };

    const answer = await answerTo('/closed', { headers });

    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.body)).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'ERR_SESSION_TOKEN_AMBIGUOUS',
      detail:
        'The request carries more than one session token. Send one: the cookie or the Authorization header, once.',
    });
  });

  it('of two tokens is logged as one audit event and nothing else', async () => {
    const { token } = await signIn(app);
    const headers = { ...withCookie(token).headers, ...withBearer(token).headers };
    const logged: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: unknown) => logged.push(text));
    jest.spyOn(Logger.prototype, 'error').mockImplementation((text: unknown) => logged.push(text));

    await answerTo('/closed', { headers });
    jest.restoreAllMocks();

    expect(logged).toMatchObject([{ event: 'token.ambiguous' }]);
  });

  describe('caused by an error that a handler throws', () => {
    it('does not occur while the store is available', async () => {
      expect((await fetch(`${url}/login`, { method: 'POST' })).status).toBe(201);
    });

    it('is 500 without the reason when the service is misconfigured', async () => {
      const response = await fetch(`${url}/misconfigured`);

      expect(response.status).toBe(500);
      const body = await response.text();
      expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'ERR_SESSION_OPTIONS_INVALID' });
      expect(body).not.toContain('secret');
    });

    it('does not replace an error from outside the library', async () => {
      const response = await fetch(`${url}/not-found`);

      expect(response.status).toBe(404);
      expect(response.headers.get('Content-Type')).toMatch(/^application\/json\b/);
    });

    it('ends a response that has already begun, and the service continues', async () => {
      const response = await fetch(`${url}/too-late`);

      expect(response.status).toBe(200);
      expect(await response.text().catch(() => 'cut off')).not.toContain('ERR_SESSION');
      expect((await fetch(`${url}/not-found`)).status).toBe(404);
    });
  });
});

/** Both adapters share one Redis, so each of its failures is awaited once. */
describe('a denial while the store is unavailable', () => {
  interface Service {
    readonly name: string;
    readonly app: INestApplication;
    readonly url: string;
    readonly log: KeptSecurityLog;
  }

  const services: Service[] = [];
  let server: RedisServer;
  let admin: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    admin = new Redis(server.port, { disconnectTimeout: 50 });
    admin.on('error', () => undefined);
    for (const [name, makeAdapter] of httpAdapters) {
      const log = new KeptSecurityLog();
      const started = await listen(makeAdapter, {
        imports: [
          SessionModule.forRoot({
            redis: { port: server.port, disconnectTimeout: 50 },
            retryAfter: 7,
            securityLog: log,
          }),
          SessionIssuerModule.forRoot({}),
        ],
        controllers,
      });
      services.push({ name, log, ...started });
    }
  });

  afterAll(async () => {
    for (const { app } of services) await app.close();
    admin.disconnect();
    await server.stop();
  });

  const onEach = (check: (service: Service) => unknown) =>
    eachRow(services, check, ({ name }) => name);

  async function tokenFor(): Promise<string> {
    const [{ app }] = services as [Service];
    return (await signIn(app)).token;
  }

  async function expectUnavailable(
    url: string,
    init: RequestInit,
    path = '/closed',
  ): Promise<void> {
    const { status, headers, body } = await answerOf(await fetch(url + path, init));
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('7');
    expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'ERR_SESSION_STORE_UNAVAILABLE',
      detail: 'The session store cannot answer. Try again in a moment.',
    });
  }

  describe('because Redis rejects commands', () => {
    afterEach(async () => {
      jest.restoreAllMocks();
      await admin.call('ACL', 'SETUSER', 'default', '+pttl', '+get');
    });

    it('is 503, and the log states the reason that Redis gave', async () => {
      const token = await tokenFor();
      await admin.call('ACL', 'SETUSER', 'default', '-pttl', '-get');
      let logged: string[] = [];
      const collect = (...message: unknown[]) => logged.push(message.map(String).join(' '));
      jest.spyOn(Logger.prototype, 'warn').mockImplementation(collect);
      jest.spyOn(Logger.prototype, 'error').mockImplementation(collect);

      await onEach(async ({ url }) => {
        logged = [];
        await expectUnavailable(url, withCookie(token));
        expect(logged.join('\n')).toMatch(/no permissions/i);
      });
    });

    it('is 503 when Redis rejects one of two commands', async () => {
      const token = await tokenFor();
      await admin.call('ACL', 'SETUSER', 'default', '-pttl');

      await onEach(({ url }) => expectUnavailable(url, withCookie(token)));
    });
  });

  it('is 503 while Redis is frozen, and ends for the same token when Redis resumes', async () => {
    const token = await tokenFor();
    server.kill('SIGSTOP');
    try {
      await Promise.all(services.map(({ url }) => expectUnavailable(url, withCookie(token))));
    } finally {
      server.kill('SIGCONT');
    }

    await onEach(async ({ url }) => {
      const statusOf = async () => (await fetch(`${url}/closed`, withCookie(token))).status;
      await eventually(async () => (await statusOf()) !== 503);

      expect(await statusOf()).toBe(200);
    });
  });

  // Last, because Redis does not come back.
  describe('because Redis has stopped', () => {
    let unused: string;
    let used: string;

    beforeAll(async () => {
      unused = await tokenFor();
      used = await tokenFor();
      await onEach(async ({ url }) => {
        expect((await fetch(`${url}/closed`, withCookie(used))).status).toBe(200);
      });
      await server.stop();
    });

    it('is 503 with Retry-After, and leaves the cookie alone', async () => {
      await onEach(({ url }) => expectUnavailable(url, withCookie(unused)));
    });

    it('is 503 even for a session that was admitted a moment ago', async () => {
      await onEach(({ url }) => expectUnavailable(url, withCookie(used)));
    });

    it('is 503 with Retry-After when a handler needs the store', async () => {
      await onEach(({ url }) => expectUnavailable(url, { method: 'POST' }, '/login'));
    });

    it('does not affect public routes and requests without a well-formed token', async () => {
      await onEach(async ({ url }) => {
        expect((await fetch(`${url}/public`)).status).toBe(200);
        expect((await fetch(`${url}/public`, withCookie(createToken()))).status).toBe(200);
        expect((await fetch(`${url}/closed`)).status).toBe(401);
        expect((await fetch(`${url}/closed`, withCookie('not-a-token'))).status).toBe(401);
      });
    });

    it('is audited as an unavailable store, once for many requests', async () => {
      await onEach(async ({ url, log }) => {
        const count = 40;
        log.events.length = 0;
        await Promise.all(
          Array.from({ length: count }, () => fetch(`${url}/closed`, withCookie(used))),
        );
        // An event that was logged a moment ago may suppress the next event.
        await eventually(async () => {
          await fetch(`${url}/closed`, withCookie(used));
          return log.events.length > 0;
        });

        expect(log.events.length).toBeLessThan(count / 2);
        expect(new Set(log.events.map(({ event }) => event))).toEqual(
          new Set(['store.unavailable']),
        );
        expect(log.events[0]).toMatchObject({ status: 503, route: '/closed', userId: null });
      });
    });
  });
});
