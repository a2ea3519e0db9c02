import { type INestApplication, Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { type IssuedSession, SessionManager } from '../issuer/session.manager';
import { SessionModule } from '../session.module';
import { eventually } from '../../../../tools/testing/eventually';
import { httpAdapters, listen } from '../testing/http-adapters';
import { answerOf, withBearer, withCookie } from '../testing/requests';
import { SampleController } from '../testing/sample.controller';
import { createToken } from '../token/session-token';

describe.each(httpAdapters)('a denial on %s', (_, makeAdapter) => {
  let server: RedisServer;
  let admin: Redis;
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    server = await RedisServer.start();
    admin = new Redis(server.port, { disconnectTimeout: 50 });
    admin.on('error', () => undefined);
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({
          redis: { port: server.port, disconnectTimeout: 50 },
          retryAfter: 7,
        }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [SampleController],
    }));
  });

  afterEach(async () => {
    await app.close();
    admin.disconnect();
    await server.stop();
  });

  function signIn(): Promise<IssuedSession> {
    const manager = app.get(SessionManager, { strict: false });
    return manager.create({ user: { id: 'u-1', username: 'ada' }, roles: ['read'] });
  }

  async function answerTo(path: string, init?: RequestInit): ReturnType<typeof answerOf> {
    return answerOf(await fetch(url + path, init));
  }

  const unauthorized = {
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    code: 'ERR_SESSION_REQUIRED',
    detail: 'Sign in: this request needs a valid session.',
  };

  describe('of a request without a valid session', () => {
    it('is a problem of RFC 9457 that asks for a bearer token', async () => {
      const { status, headers, body } = await answerTo('/closed');

      expect(status).toBe(401);
      expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(headers).not.toHaveProperty('set-cookie');
      expect(JSON.parse(body)).toEqual(unauthorized);
    });

    it.each<[what: string, token: () => Promise<string>]>([
      ['a malformed token', () => Promise.resolve('not-a-token')],
      ['a forged token', () => Promise.resolve(createToken())],
      [
        'a token whose session was revoked',
        async () => {
          const { token, session } = await signIn();
          await app.get(SessionManager, { strict: false }).revoke(session.id);
          return token;
        },
      ],
      [
        'a token whose session was not used in time',
        async () => {
          const { token, session } = await signIn();
          await admin.pexpire(`idle:{${session.id}}`, 1);
          await eventually(async () => (await admin.exists(`idle:{${session.id}}`)) === 0);
          return token;
        },
      ],
      [
        'a token whose session is past its absolute timeout',
        async () => {
          const { token, session } = await signIn();
          const key = `session:{${session.id}}`;
          const record = (await admin.get(key)) ?? '';
          const past = record.replace(/"abs":\d+/, `"abs":${Date.now() - 1}`);
          await admin.set(key, past, 'KEEPTTL');
          return token;
        },
      ],
      [
        'a token whose record is malformed',
        async () => {
          const { token, session } = await signIn();
          await admin.set(`session:{${session.id}}`, '{"v":1}', 'KEEPTTL');
          return token;
        },
      ],
      [
        'a token whose record is of another type',
        async () => {
          const { token, session } = await signIn();
          const key = `session:{${session.id}}`;
          await admin.multi().del(key).hset(key, 'v', '1').pexpire(key, 60_000).exec();
          return token;
        },
      ],
      [
        'a token whose record is of a later version',
        async () => {
          const { token, session } = await signIn();
          const key = `session:{${session.id}}`;
          const record = (await admin.get(key)) ?? '';
          await admin.set(key, record.replace('"v":1', '"v":2'), 'KEEPTTL');
          return token;
        },
      ],
    ])('is the same for %s as for none, to the letter', async (_what, makeToken) => {
      const token = await makeToken();
      const missing = await answerTo('/closed');

      expect(await answerTo('/closed', withCookie(token))).toEqual(missing);
      expect(await answerTo('/closed', withBearer(token))).toEqual(missing);
      expect(await answerTo('/write', withCookie(token))).toEqual(missing);
    });

    it('has no body in answer to HEAD, and the same headers', async () => {
      const { status, headers, body } = await answerTo('/closed', { method: 'HEAD' });

      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(body).toBe('');
    });
  });

  it('of a session without the role is 403, and says nothing of roles', async () => {
    const { token } = await signIn();

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

  it('of two tokens is 400, and says what to send', async () => {
    const { token } = await signIn();
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

  it('of two tokens is one line for the audit, and nothing that the operator must mend', async () => {
    const { token } = await signIn();
    const headers = { ...withCookie(token).headers, ...withBearer(token).headers };
    const logged: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: unknown) => logged.push(text));
    jest.spyOn(Logger.prototype, 'error').mockImplementation((text: unknown) => logged.push(text));

    await answerTo('/closed', { headers });
    jest.restoreAllMocks();

    expect(logged).toMatchObject([{ event: 'token.ambiguous' }]);
  });

  describe('while the store cannot answer', () => {
    const unavailable = {
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'ERR_SESSION_STORE_UNAVAILABLE',
      detail: 'The session store cannot answer. Try again in a moment.',
    };

    async function expectUnavailable(token: string): Promise<void> {
      const { status, headers, body } = await answerTo('/closed', withCookie(token));
      expect(status).toBe(503);
      expect(headers['retry-after']).toBe('7');
      expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers).not.toHaveProperty('set-cookie');
      expect(headers).not.toHaveProperty('www-authenticate');
      expect(JSON.parse(body)).toEqual(unavailable);
    }

    it('is 503 with the time to come back, and leaves the cookie alone', async () => {
      const { token } = await signIn();
      await server.stop();

      await expectUnavailable(token);
    });

    it('is 503 also for a session that was let in a moment ago', async () => {
      const { token } = await signIn();
      expect((await fetch(`${url}/closed`, withCookie(token))).status).toBe(200);
      await server.stop();

      await expectUnavailable(token);
    });

    it('is 503 when Redis refuses a command', async () => {
      const { token } = await signIn();
      await admin.call('ACL', 'SETUSER', 'default', '-pttl', '-get');

      await expectUnavailable(token);
    });

    it('is 503 when Redis refuses one of two commands', async () => {
      const { token } = await signIn();
      await admin.call('ACL', 'SETUSER', 'default', '-pttl');

      await expectUnavailable(token);
    });

    it('is explained to the operator in the log, by what Redis said', async () => {
      const { token } = await signIn();
      await admin.call('ACL', 'SETUSER', 'default', '-pttl');
      const logged: string[] = [];
      const collect = (...message: unknown[]) => logged.push(message.map(String).join(' '));
      jest.spyOn(Logger.prototype, 'warn').mockImplementation(collect);
      jest.spyOn(Logger.prototype, 'error').mockImplementation(collect);

      await expectUnavailable(token);
      jest.restoreAllMocks();

      expect(logged.join('\n')).toMatch(/no permissions/i);
    });

    it('is 503 while Redis is frozen, and over when it goes on, for the same token', async () => {
      const { token } = await signIn();
      server.kill('SIGSTOP');
      await expectUnavailable(token);
      server.kill('SIGCONT');

      await eventually(
        async () => (await fetch(`${url}/closed`, withCookie(token))).status !== 503,
      );

      expect((await fetch(`${url}/closed`, withCookie(token))).status).toBe(200);
    });

    it('is not for what needs no store: public routes, and requests without a token', async () => {
      await server.stop();

      expect((await fetch(`${url}/public`)).status).toBe(200);
      expect((await fetch(`${url}/public`, withCookie(createToken()))).status).toBe(200);
      expect((await fetch(`${url}/closed`)).status).toBe(401);
      expect((await fetch(`${url}/closed`, withCookie('not-a-token'))).status).toBe(401);
    });
  });
});
