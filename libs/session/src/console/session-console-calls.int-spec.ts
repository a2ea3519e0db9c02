import { Controller, Get } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { SessionAccessDirectoryModule, SessionAccessModule } from '../access/index.js';
import { SessionIssuerModule, SessionManager, type IssuedSession } from '../issuer/index.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import type { HealthReport } from './console-health.js';
import { SessionConsoleModule } from './session-console.module.js';
import { builtPages } from './test-support/built-pages.js';

const DAY = 24 * 60 * 60 * 1_000;

@Roles('orders')
@Controller('orders')
class OrdersController {
  @Get()
  list(): string[] {
    return [];
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: never;
}

describe.each(httpAdapters)('the calls of SessionConsoleModule, on %s', (_name, makeAdapter) => {
  const redis = startedRedis();
  const pages = builtPages();
  let app: ListeningApp;
  let manager: SessionManager;

  beforeEach(async () => {
    app = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ client: redis.client, service: 'shop' }),
        SessionIssuerModule.forRoot({}),
        SessionAccessModule.forRoot({}),
        SessionAccessDirectoryModule.forRoot({ services: ['shop'] }),
        SessionConsoleModule.forRoot({
          pages: pages(),
          role: 'support',
          usernamesOf: (ids) => new Map(ids.map((id) => [id, `name of ${id}`])),
        }),
      ],
      controllers: [OrdersController],
    });
    manager = app.app.get(SessionManager, { strict: false });
  });
  afterEach(() => app.app.close());

  const signIn = (id: string, roles: string[] = [], ip = '203.0.113.9') =>
    manager.create({ user: { id, username: id }, roles, ip, userAgent: 'a browser' });

  async function call(
    path: string,
    session?: IssuedSession,
    { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await fetch(`${app.url}/sessions/api${path}`, {
      method,
      headers: { ...(session && { cookie: `__Host-sid=${session.token}` }), ...headers },
    });
    const text = await answer.text();
    const body = (text === '' ? null : JSON.parse(text)) as never;
    return { status: answer.status, headers: answer.headers, body };
  }
  const remove = (path: string, session?: IssuedSession) =>
    call(path, session, { method: 'DELETE' });
  const isLive = async ({ session }: IssuedSession) => (await manager.find(session.id)) !== null;

  it('shows and ends the own sessions', async () => {
    const [mine, other, foreign] = [await signIn('ada'), await signIn('ada'), await signIn('bob')];

    expect((await call('/account/session', mine)).body).toMatchObject({
      user: { id: 'ada', username: 'ada', roles: [] },
      session: { id: mine.session.id, createdAt: new Date(mine.session.createdAt).toISOString() },
    });
    const listed = (await call('/account/sessions', mine)).body as {
      id: string;
      current: boolean;
    }[];
    expect(listed.map(({ id, current }) => [id, current]).sort()).toEqual(
      [
        [mine.session.id, true],
        [other.session.id, false],
      ].sort(),
    );

    expect((await remove(`/account/sessions/${foreign.session.id}`, mine)).status).toBe(404);
    expect((await remove(`/account/sessions/${other.session.id}`, mine)).status).toBe(204);
    expect([await isLive(mine), await isLive(other), await isLive(foreign)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('ends all other sessions of the user, and signs out', async () => {
    const [mine, other, foreign] = [await signIn('ada'), await signIn('ada'), await signIn('bob')];
    expect((await remove('/account/sessions', mine)).status).toBe(204);
    expect([await isLive(mine), await isLive(other), await isLive(foreign)]).toEqual([
      true,
      false,
      true,
    ]);

    const answer = await call('/account/sign-out', mine, { method: 'POST' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-sid=;.*Expires=Thu, 01 Jan 1970/);
    expect(await isLive(mine)).toBe(false);
  });

  it('refuses users without a session, without the role, and without a recent sign-in', async () => {
    const user = await signIn('ada');
    const support = await signIn('eve', ['support']);
    const administrative = ['/sessions', '/events', '/events/ended', '/services', '/health'];
    await eachRow(['/account/session', '/account/sessions', ...administrative], async (path) => {
      expect((await call(path)).status).toBe(401);
    });
    await eachRow([...administrative, '/activity', '/services/access?role=a'], async (path) => {
      expect((await call(path, user)).status).toBe(403);
    });
    const later = Date.now() + 6 * 60 * 1_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      const paths = ['/account/sessions', `/sessions/${user.session.id}`, '/sessions?user=ada'];
      await eachRow(paths, async (path) => {
        expect((await remove(path, support)).body).toMatchObject({
          code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
        });
      });
    } finally {
      clock.mockRestore();
    }
    expect([await isLive(user), await isLive(support)]).toEqual([true, true]);
  });

  it('refuses changes from other origins', async () => {
    const [mine, other] = [await signIn('ada', ['support']), await signIn('bob')];
    const headers = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    await eachRow(
      [`/sessions/${other.session.id}`, '/sessions?user=bob', '/account/sessions'],
      async (path) => {
        expect((await call(path, mine, { method: 'DELETE', headers })).status).toBe(403);
      },
    );
    expect(await isLive(other)).toBe(true);
  });

  it('lists, filters and ends the sessions of all users', async () => {
    const support = await signIn('eve', ['support']);
    const [ada, bob] = [await signIn('ada', ['orders']), await signIn('bob', [], '203.0.113.7')];
    const list = async (query: string) => {
      const { body } = await call(`/sessions${query}`, support);
      const { total, sessions, next } = body as {
        total: number;
        sessions: { user: { username: string } }[];
        next: string | null;
      };
      return { total, names: sessions.map(({ user }) => user.username).sort(), next };
    };
    expect(await list('')).toEqual({ total: 3, names: ['ada', 'bob', 'eve'], next: null });
    expect((await list('?user=ada')).names).toEqual(['ada']);
    expect((await list('?role=orders')).names).toEqual(['ada']);
    expect((await list('?ip=203.0.113.7')).names).toEqual(['bob']);
    const tomorrow = new Date(Date.now() + DAY).toISOString();
    expect((await list(`?signedInAfter=${tomorrow}`)).names).toEqual([]);
    const first = await list('?limit=2');
    const rest = await list(`?limit=2&after=${String(first.next)}`);
    expect([...first.names, ...rest.names].sort()).toEqual(['ada', 'bob', 'eve']);

    expect((await remove('/sessions?role=orders', support)).body).toEqual({ ended: 1 });
    expect((await remove(`/sessions/${bob.session.id}`, support)).status).toBe(204);
    expect((await remove(`/sessions/${bob.session.id}`, support)).status).toBe(404);
    expect([await isLive(ada), await isLive(bob), await isLive(support)]).toEqual([
      false,
      false,
      true,
    ]);
    const { body } = await call('/events/ended?limit=1', support);
    expect(body).toMatchObject({
      events: [
        {
          type: 'revoked',
          username: 'name of bob',
          byName: 'name of eve',
          reason: 'ended-by-administrator',
        },
      ],
      next: expect.any(String) as string,
    });
  });

  it('refuses parameters that it does not understand, and ends nothing', async () => {
    const support = await signIn('eve', ['support']);
    await signIn('ada');
    const rows: [string, string][] = [
      ['DELETE', '/sessions'],
      ['DELETE', '/sessions?user='],
      ['DELETE', '/sessions?users=ada'],
      ['DELETE', '/sessions?user=ada&user=bob'],
      ['DELETE', '/sessions?user=ada&limit=1'],
      ['DELETE', '/sessions?signedInBefore=tomorrow'],
      ['DELETE', `/sessions?role=${'x'.repeat(201)}`],
      ['GET', '/sessions?limit=0'],
      ['GET', '/sessions?limit=1001'],
      ['GET', '/sessions?limit=1.5'],
      ['GET', '/sessions?after=x'],
      ['GET', '/events/ended?before=x'],
      ['GET', '/events/ended?limit=-1'],
      ['GET', '/activity?hours=49'],
      ['GET', '/services/access?role=a&user=b'],
      ['GET', '/account/sessions?limit=none'],
    ];
    await eachRow(rows, async ([method, path]) => {
      const { status, body } = await call(path, support, { method });
      expect([status, body]).toEqual([400, expect.objectContaining({ statusCode: 400 })]);
    });
    expect(await manager.count()).toBe(2);
  });

  it('streams events, and ends the stream with the session', async () => {
    const support = await signIn('eve', ['support']);
    const stream = await fetch(`${app.url}/sessions/api/events`, {
      headers: { cookie: `__Host-sid=${support.token}` },
    });
    expect(stream.status).toBe(200);
    let received = '';
    const reading = (async () => {
      for await (const part of stream.body as unknown as AsyncIterable<Uint8Array>) {
        received += Buffer.from(part).toString();
      }
    })();
    await signIn('ada');
    await eventually(() => received.includes('"userId":"ada"'));
    expect(received).toContain('event: created');

    await manager.revoke(support.session.id);
    await reading;
    expect(received).toContain('event: session-ended');
  });

  it('lists services, and answers what a role and a user may call', async () => {
    const support = await signIn('eve', ['support']);
    await signIn('ada', ['orders']);
    await eventually(async () => {
      const services = (await call('/services', support)).body as { state: string }[];
      return services[0]?.state === 'up';
    });
    const decisionFor = async (query: string) => {
      const { body } = await call(`/services/access?${query}`, support);
      const { services } = body as {
        services: { routes: { method: string; path: string; decision: string }[] }[];
      };
      return services[0]?.routes.find(({ path }) => path === '/orders')?.decision;
    };
    expect(await decisionFor('role=orders')).toBe('authorized');
    expect(await decisionFor('role=products')).toBe('role-required');
    expect(await decisionFor('user=ada')).toBe('authorized');
    expect(await decisionFor('user=eve')).toBe('role-required');
  });

  it('counts the activity, and reports the state of Redis', async () => {
    const support = await signIn('eve', ['support']);
    const { body } = await call('/activity?hours=1', support);
    const { points } = body as { points: { signIns: number }[] };
    expect(points).toHaveLength(12);
    expect(points.at(-1)).toMatchObject({ signIns: 1 });
    const { session } = await signIn('ada');
    await manager.revoke(session.id);
    await eventually(async () => {
      const { revocationLag } = (await call('/health', support)).body as HealthReport;
      return revocationLag?.count === 1;
    });
    expect((await call('/health', support)).body).toMatchObject({
      redis: { topology: 'standalone', isConnected: true },
    });
    // A report comes with each heartbeat.
    await eventually(async () => {
      const { services } = (await call('/health', support)).body as HealthReport;
      return services[0]?.instances.length === 1;
    });
    expect((await call('/health', support)).body).toMatchObject({
      services: [
        {
          service: 'shop',
          instances: [{ redis: { topology: 'standalone', isConnected: true }, nearCache: null }],
        },
      ],
    });
  });
});
