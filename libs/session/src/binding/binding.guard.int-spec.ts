import {
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  Logger,
  Post,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type TcpClientOptions, type TcpOptions, Transport } from '@nestjs/microservices';
import { freePort } from '../../../../tools/processes/free-port.js';
import { CallKeys } from '../calls/call.options.js';
import { contentOf } from '../calls/call-content.js';
import { CallTokens } from '../calls/call-tokens.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { startCalled, startCalling } from '../calls/test-support/services.js';
import { SessionGuard } from '../guard/session.guard.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { type IssuedSession, SessionManager } from '../issuer/session.manager.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { AcceptsChangedClient } from '../roles/accepts-changed-client.decorator.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionStore } from '../store/session.store.js';
import { listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { keySpaceOf } from '../../test-support/key-space.js';
import { managerOf } from '../../test-support/manager-of.js';
import { statusFor } from '../../test-support/requests.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { CALL_HEADER } from '../token/token-headers.js';
import type { BindingSignal } from './binding-signal.js';
import type { BindingOptions } from './binding.options.js';
import { SessionBindingModule } from './session-binding.module.js';

const CHROME =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
const UPDATED = CHROME.replace('142', '143');
const DESKTOP =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0';

/** Addresses of a phone within an hour: Wi-Fi, the carrier's networks, another Wi-Fi. */
const ROUTE = ['192.0.2.7', '198.51.100.20', '2001:db8:1::5', '203.0.113.80', '2001:db9::1', '::1'];
const [HOME = ''] = ROUTE;
const ELSEWHERE = '198.18.0.1';

const secret = 'a secret of the tests, with more than 32 bytes';

type Options = Partial<SessionModuleOptions> & { readonly binding?: BindingOptions };

/** Adapters behind one trusted proxy each. */
const adapters: [name: string, make: () => ExpressAdapter | FastifyAdapter][] = [
  [
    'Express',
    () => {
      const adapter = new ExpressAdapter();
      adapter.set('trust proxy', 'loopback');
      return adapter;
    },
  ],
  ['Fastify', () => new FastifyAdapter({ trustProxy: 'loopback' })],
];

@Controller()
class SampleController {
  @Get('closed')
  closed(): string {
    return 'in';
  }

  @Roles('admin')
  @Get('admin')
  admin(): string {
    return 'in';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'in';
  }

  @AcceptsChangedClient()
  @Post('prove')
  prove(): string {
    return 'in';
  }

  @AcceptsChangedClient()
  @Roles('admin')
  @Post('prove-admin')
  proveAdmin(): string {
    return 'in';
  }
}

@AcceptsChangedClient()
@Controller('exempt')
class ExemptController {
  @Get()
  undecorated(): string {
    return 'in';
  }
}

/** Records reads of the request fields that identify the client. */
@Injectable()
class WatchingGuard extends SessionGuard {
  static readonly read: string[] = [];

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<{ headers: object }>();
    const watch = (target: object, name: string) => {
      const value: unknown = Reflect.get(target, name);
      Object.defineProperty(target, name, {
        get: () => {
          WatchingGuard.read.push(name);
          return value;
        },
      });
    };
    watch(request, 'ip');
    watch(request.headers, 'user-agent');
    return super.canActivate(context);
  }
}

const redis = startedRedis();

describe.each(adapters)('binding on %s', (adapter, makeAdapter) => {
  /** Apps by their options: tests with the same options share an app. */
  const apps = new Map<string, ListeningApp>();
  let app: INestApplication;
  let url: string;
  let signals: BindingSignal[];
  let warnings: string[];
  let ada: IssuedSession;

  /** @param options Those of `SessionModule`; `binding` for `SessionBindingModule`, left out without it. */
  async function appWith(options: Options): Promise<ListeningApp> {
    const { binding, ...core } = options;
    const name = JSON.stringify(options);
    const known = apps.get(name);
    if (known) return known;
    const started = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({
          redis: redis.url,
          service: 'sample',
          guard: WatchingGuard,
          ...core,
        }),
        SessionCallsModule.forRoot({ secret }),
        ...(binding ? [SessionBindingModule.forRoot(binding)] : []),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [SampleController, ExemptController],
    });
    apps.set(name, started);
    return started;
  }

  /** Opens an application with these options, and creates a session in it. */
  async function open(options: Options = {}): Promise<void> {
    ({ app, url } = await appWith(options));
    ada = await app.get(SessionManager, { strict: false }).create({
      user: { id: 'u-1', username: 'ada' },
      roles: ['orders'],
      userAgent: CHROME,
      ip: HOME,
    });
    // Used a while ago: the next use renews its idle timeout.
    await redis.client.pexpire(`idle:{${ada.session.id}}`, 600_000);
  }

  beforeEach(() => {
    signals = [];
    warnings = [];
    WatchingGuard.read.length = 0;
    jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: unknown) => void warnings.push(JSON.stringify(text)));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  afterAll(async () => {
    for (const it of apps.values()) await it.app.close();
  });

  const onSignal = (signal: BindingSignal) => void signals.push(signal);

  function send(
    path: string,
    { userAgent = CHROME, ip = HOME, method = 'GET', headers = {} } = {},
  ): Promise<Response> {
    return fetch(url + path, {
      method,
      headers: {
        cookie: `__Host-sid=${ada.token}`,
        'user-agent': userAgent,
        'x-forwarded-for': ip,
        ...headers,
      },
    });
  }

  /** Sends the request, and waits until Redis has received every command that it caused. */
  async function statusOf(path: string, from: Parameters<typeof send>[1] = {}): Promise<number> {
    const { status } = await send(path, from);
    await app.get(SessionStore).ping();
    return status;
  }

  const stolen = { userAgent: FIREFOX, ip: ELSEWHERE };

  it('is off by default: reports nothing and reads nothing', async () => {
    for (const options of [{}, { binding: { onSignal } }]) {
      await open(options);

      expect(await statusOf('/closed', stolen)).toBe(200);
      expect(await statusOf('/closed')).toBe(200);

      expect(warnings.filter((line) => line.includes(ada.session.id))).toEqual([]);
      expect(signals).toEqual([]);
      expect(WatchingGuard.read).toEqual([]);
    }
  });

  it('admits a reported client, and reports each change once', async () => {
    await open({ binding: { userAgent: 'report', network: 'report', onSignal } });

    for (let i = 0; i < 3; i += 1) expect(await statusOf('/closed', stolen)).toBe(200);

    const { id: sessionId } = ada.session;
    const about = { sessionId, userId: 'u-1', refused: false };
    expect(signals).toEqual([
      {
        ...about,
        changed: 'userAgent',
        from: 'Chrome on Linux or Android',
        to: 'Firefox on Windows',
      },
      { ...about, changed: 'network', from: '192.0.0.0/16', to: '198.18.0.0/16' },
    ]);
    expect(warnings.filter((line) => line.includes(sessionId))).toHaveLength(2);
    expect(warnings.join()).not.toContain(ada.token);
    expect(warnings.join()).not.toContain(ELSEWHERE);
  });

  it('reads only the request fields that it checks', async () => {
    await open({ binding: { network: 'report' } });
    await statusOf('/closed', stolen);
    expect(new Set(WatchingGuard.read)).toEqual(new Set(['ip']));

    await open({ binding: { userAgent: 'reauthenticate' } });
    WatchingGuard.read.length = 0;
    await statusOf('/closed', stolen);
    expect(new Set(WatchingGuard.read)).toEqual(new Set(['user-agent']));
  });

  describe('that requires re-authentication', () => {
    const strict = { userAgent: 'reauthenticate', network: 'reauthenticate' } as const;

    it('rejects a stolen token, changes nothing in Redis, and still admits the owner', async () => {
      await open({ binding: { ...strict, onSignal } });
      const before = await keySpaceOf(redis.client);

      const answer = await send('/closed', stolen);
      await app.get(SessionStore).ping();

      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await answer.json()).toMatchObject({
        status: 403,
        code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
        detail: expect.stringContaining('/auth/reauthenticate') as string,
      });
      expect(await keySpaceOf(redis.client)).toEqual(before);
      expect(signals).toMatchObject([
        { changed: 'userAgent', refused: true },
        { changed: 'network', refused: true },
      ]);

      expect(await statusOf('/closed')).toBe(200);
    });

    it('rejects a token without a user agent', async () => {
      await open({ binding: { userAgent: 'reauthenticate' } });
      const cookie: [string, string] = ['Cookie', `__Host-sid=${ada.token}`];

      expect(await statusFor(`${url}/closed`, [cookie])).toBe(403);
      expect(await statusFor(`${url}/closed`, [cookie, ['User-Agent', '']])).toBe(403);
      expect(await statusFor(`${url}/closed`, [cookie, ['User-Agent', CHROME]])).toBe(200);
    });

    it('never rejects a phone that moves, is updated or requests the desktop site', async () => {
      await open({ binding: { ...strict, onSignal } });

      for (const ip of ROUTE) {
        for (const userAgent of [CHROME, UPDATED, DESKTOP]) {
          expect(await statusOf('/closed', { userAgent, ip })).toBe(200);
        }
      }

      expect(signals.map(({ changed, to }) => [changed, to])).toEqual([
        ['network', '198.51.0.0/16'],
        ['network', '203.0.0.0/16'],
      ]);
    });

    it('leaves public routes and routes for re-authentication open', async () => {
      await open({ binding: { ...strict, onSignal } });

      expect(await statusOf('/prove', { ...stolen, method: 'POST' })).toBe(201);
      expect(await statusOf('/exempt', stolen)).toBe(200);
      expect(await statusOf('/public', stolen)).toBe(200);
      expect(signals).toMatchObject([
        { changed: 'userAgent', refused: false },
        { changed: 'network', refused: false },
      ]);
    });

    it('admits no request without a session or the required role', async () => {
      await open({ binding: { ...strict, onSignal } });

      expect((await fetch(`${url}/prove`, { method: 'POST' })).status).toBe(401);
      expect(await statusOf('/prove-admin', { method: 'POST' })).toBe(403);

      const { code } = (await (await send('/admin', stolen)).json()) as { code: string };
      expect(code).toBe('ERR_SESSION_ROLE_REQUIRED');
      expect(signals).toEqual([]);
    });

    it('reports nothing for a session created without a user agent and address', async () => {
      await open({ binding: { ...strict, onSignal } });
      ada = await app
        .get(SessionManager, { strict: false })
        .create({ user: { id: 'u-1', username: 'ada' }, roles: [] });

      expect(await statusOf('/closed', stolen)).toBe(200);
      expect(signals).toEqual([]);
    });

    it('does not check a service that calls on behalf of the session', async () => {
      await open({ binding: { ...strict, onSignal } });
      const tokens = new CallTokens('orders', new CallKeys({ secret }));

      const answer = await fetch(`${url}/closed`, {
        headers: {
          [CALL_HEADER]: tokens.sign('sample', ada.session.id, contentOf({ url: `${url}/closed` })),
        },
      });

      expect(answer.status).toBe(200);
      expect(signals).toEqual([]);
    });

    // The response and the decision are the same on every adapter.
    if (adapter !== 'Express') return;

    it('names reauthenticateAt in the denial', async () => {
      await open({ binding: strict, reauthenticateAt: 'https://auth.example/prove' });

      const { detail } = (await (await send('/closed', stolen)).json()) as { detail: string };

      expect(detail).toContain('https://auth.example/prove');
    });

    it('with network alone, rejects another user agent only from another network', async () => {
      await open({ binding: { network: 'reauthenticate' } });

      expect(await statusOf('/closed', { userAgent: FIREFOX })).toBe(200);
      expect(await statusOf('/closed', { ip: ELSEWHERE })).toBe(200);
      expect(await statusOf('/closed', stolen)).toBe(403);
      expect(await statusOf('/closed', { userAgent: FIREFOX, ip: '2001:db8::1' })).toBe(403);
    });
  });

  // Messages do not come through the HTTP adapter.
  if (adapter !== 'Express') return;

  it('never checks a message, whether signed or with the token', async () => {
    const strict = { userAgent: 'reauthenticate', network: 'reauthenticate', onSignal } as const;
    for (const calls of [{ forwardToken: true }, { secret }]) {
      const store = new MemorySessionStore();
      const port = await freePort();
      const transport: TcpOptions & TcpClientOptions = {
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port },
      };
      const { token } = await managerOf(store).create({
        user: { id: 'u-1', username: 'ada' },
        roles: [],
        userAgent: CHROME,
        ip: HOME,
      });
      const services = { store, transport, calling: { calls } };
      const called = await startCalled(makeAdapter, {
        ...services,
        called: { calls, binding: strict },
      });
      const calling = await startCalling(makeAdapter, services);

      const answer = await fetch(`${calling.url}/send/any`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: `__Host-sid=${token}` },
        body: JSON.stringify({ data: 1 }),
      });

      expect(await answer.json()).toMatchObject({ username: 'ada' });
      expect(signals).toEqual([]);
      await calling.app.close();
      await called.app.close();
    }
  });
});
