import type { INestApplication } from '@nestjs/common';
import { ClientProxyFactory } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { CallKeys } from '../calls/call.options.js';
import type { CallHeaders } from '../calls/call-headers.js';
import { CallTokens } from '../calls/call-tokens.js';
import { withHeaders } from '../calls/with-headers.js';
import { type IssuedSession, SessionManager } from '../issuer/session.manager.js';
import type { SessionUser } from '../session/session-types.js';
import { whenReady } from '../store/redis-client.js';
import { idleKey } from '../store/redis-session.keys.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { patientClient } from '../../test-support/patient-client.js';
import { withCookie } from '../../test-support/requests.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { createToken } from '../token/session-token.js';
import { RpcCounters } from './rpc.counters.js';
import { CALLS, startAuth, startOrders } from './test-support/rpc-apps.js';
import { tcp, transports, type Wire } from './test-support/transports.js';

/** User with fields that an app declares. */
const user = { id: 'u-1', username: 'ada', tenant: 'acme', teams: ['red'] } as SessionUser;

const ADA = { user, roles: ['orders'] };

/** Error codes of a call that authenticates no service. */
const REFUSED = /^ERR_SESSION_(REQUIRED|CALL_REFUSED)$/;

const [[, express], [, fastify]] = httpAdapters as [
  (typeof httpAdapters)[0],
  (typeof httpAdapters)[0],
];

/** Starts a service that keeps the sessions and a service that asks it, for the enclosing `describe`. */
function askingOver(open: () => Promise<Wire>, makeAdapter = express) {
  const redis = startedRedis();
  let wire: Wire;
  let auth: INestApplication;
  let orders: INestApplication;
  let url: string;
  let manager: SessionManager;

  beforeAll(async () => {
    wire = await open();
    auth = await startAuth(wire.server, {
      redis: { port: redis.server.port, disconnectTimeout: 50 },
    });
    ({ app: orders, url } = await startOrders(wire.client, { makeAdapter }));
    manager = auth.get(SessionManager, { strict: false });
  });

  afterAll(async () => {
    await orders.close();
    await auth.close();
    await wire.broker?.stop();
  });

  const signIn = (roles = ADA.roles): Promise<IssuedSession> => manager.create({ ...ADA, roles });
  const ask = (path: string, token: string): Promise<Response> =>
    fetch(`${url}/${path}`, withCookie(token));

  return {
    redis,
    signIn,
    ask,
    get url() {
      return url;
    },
    get manager() {
      return manager;
    },
    /** Number of calls so far. */
    get calls() {
      return orders.get(RpcCounters, { strict: false }).calls;
    },

    async isToldTheSession() {
      const { token } = await signIn();

      const response = await ask('who', token);

      expect(response.status).toBe(200);
      expect(await response.text()).toBe('ada');
      expect(await (await ask('user', token)).json()).toEqual(user);
    },

    async deniesUnknownTokens() {
      expect((await ask('who', createToken())).status).toBe(401);
      expect((await ask('who', 'no-token')).status).toBe(401);
      expect((await fetch(`${url}/who`)).status).toBe(401);
    },

    async knowsOfALogout() {
      const { token, session } = await signIn();
      expect((await ask('who', token)).status).toBe(200);

      await manager.revoke(session.id);

      expect((await ask('who', token)).status).toBe(401);
    },

    async knowsOfAChangeOfRoles() {
      const { token, session } = await signIn();
      expect((await ask('write', token)).status).toBe(403);

      await manager.setRoles(session.user.id, ['orders', 'orders:write']);

      expect((await ask('write', token)).status).toBe(200);
    },

    async renewsOnce() {
      const { token, session } = await signIn();
      const key = idleKey(session.id);
      await redis.client.pexpire(key, session.idleTimeout / 2);
      const before = this.calls;

      expect((await ask('who', token)).status).toBe(200);
      await eventually(async () => (await redis.client.pttl(key)) > session.idleTimeout * 0.9);
      await ask('who', token);
      await ask('who', token);

      // Three introspections and one renewal.
      expect(this.calls - before).toBe(4);
    },

    async changesNothingWhenItDenies() {
      const { token, session } = await signIn(['products']);
      const key = idleKey(session.id);
      await redis.client.pexpire(key, session.idleTimeout / 2);

      expect((await ask('who', token)).status).toBe(403);
      // A later request arrives after any call that the denied request would have made.
      expect((await ask('who', (await signIn()).token)).status).toBe(200);

      expect(await redis.client.pttl(key)).toBeLessThanOrEqual(session.idleTimeout / 2);
    },

    async addsAndReads() {
      const { token } = await signIn();
      const add = (value: unknown) =>
        fetch(`${url}/additions`, {
          method: 'POST',
          headers: { ...withCookie(token).headers, 'content-type': 'application/json' },
          body: JSON.stringify({ name: '__proto__', value }),
        });
      expect(await (await ask('additions', token)).json()).toEqual({});

      expect((await add({ half: 0.5 })).status).toBe(201);
      expect((await add('again')).status).toBe(409);

      expect(await (await ask('additions', token)).text()).toBe('{"__proto__":{"half":0.5}}');
    },

    /** Introspects with these headers alone, as any process that reaches the port can. */
    async introspect(id: string, headers: Record<string, string> | CallHeaders): Promise<unknown> {
      const headersOf = typeof headers === 'function' ? headers : () => headers;
      const client = ClientProxyFactory.create(withHeaders(wire.client, headersOf));
      try {
        return await firstValueFrom(client.send<unknown>('session.introspect', { id }));
      } finally {
        await (client.close() as Promise<void>);
      }
    },
  };
}

type Asking = ReturnType<typeof askingOver>;

describe('a service that introspects sessions over TCP', () => {
  const asking = askingOver(tcp);

  it('receives the session', () => asking.isToldTheSession());

  it('rejects unknown, malformed and missing tokens with 401', () => asking.deniesUnknownTokens());

  it('applies a logout to the next request', () => asking.knowsOfALogout());

  it('applies a role change to the next request', () => asking.knowsOfAChangeOfRoles());

  it('makes no call for a public route', async () => {
    const { calls } = asking;

    expect((await asking.ask('public', createToken())).status).toBe(200);

    expect(asking.calls).toBe(calls);
  });

  it('renews the idle timeout once for many requests', () => asking.renewsOnce());

  it('changes nothing for a request that it rejects', () => asking.changesNothingWhenItDenies());

  it('adds attributes to a session under its own name, and reads them', () =>
    asking.addsAndReads());

  itAnswersServicesAlone(asking);
});

describe.each(transports.filter(([name]) => name !== 'TCP'))(
  'a service that introspects sessions over %s',
  (name, open) => {
    const asking = askingOver(open);

    it('finds, rejects and renews sessions, and adds attributes', async () => {
      await asking.isToldTheSession();
      await asking.deniesUnknownTokens();
      await asking.knowsOfALogout();
      await asking.knowsOfAChangeOfRoles();
      await asking.renewsOnce();
      await asking.changesNothingWhenItDenies();
      await asking.addsAndReads();
    });

    // For gRPC, see grpc-calls.int-spec.ts.
    if (name !== 'gRPC') itAnswersServicesAlone(asking);

    if (name !== 'Redis') return;

    it('sends session IDs through a broker, but no token', async () => {
      const seen: string[] = [];
      const spy = patientClient(asking.redis.url);
      await whenReady(spy, 10_000);
      await spy.psubscribe('*');
      spy.on('pmessage', (_, channel: string, message: string) => seen.push(channel + message));
      const { token, session } = await asking.signIn();

      expect((await asking.ask('who', token)).status).toBe(200);
      await eventually(() => seen.some((it) => it.startsWith('session.introspect.reply')));

      expect(seen.join()).toContain(session.id);
      expect(seen.join()).not.toContain(token);
      spy.disconnect();
    });
  },
);

describe('a service on Fastify that introspects sessions over TCP', () => {
  const asking = askingOver(tcp, fastify);

  it('receives the session, and rejects invalid tokens', async () => {
    await asking.isToldTheSession();
    await asking.deniesUnknownTokens();
  });
});

function itAnswersServicesAlone(asking: Asking): void {
  const signedBy =
    (
      service: string,
      { to = 'auth', reference = null as string | null, secret = CALLS.secret } = {},
    ): CallHeaders =>
    (content) => ({
      'x-session-call': new CallTokens(service, new CallKeys({ secret })).sign(
        to,
        reference,
        content,
      ),
    });

  it('gets answers only to calls that it signs as a service', async () => {
    const { session, token } = await asking.signIn();
    expect(await asking.introspect(session.id, signedBy('reports'))).toMatchObject({
      session: expect.stringContaining('ada') as string,
    });
    expect(await asking.introspect('no id', signedBy('reports'))).toEqual({});

    const refused: [what: string, headers: Record<string, string> | CallHeaders, code: RegExp][] = [
      ['a user’s token', { authorization: `Bearer ${token}` }, /^ERR_SESSION_ROLE_REQUIRED$/],
      [
        'a call on behalf of a user',
        signedBy('reports', { reference: session.id }),
        /^ERR_SESSION_ROLE_REQUIRED$/,
      ],
      ['nothing', {}, REFUSED],
      ['another secret', signedBy('orders', { secret: 'x'.repeat(32) }), REFUSED],
      ['a call to another service', signedBy('orders', { to: 'products' }), REFUSED],
    ];
    await eachRow(
      refused,
      ([, headers, code]) =>
        expect(asking.introspect(session.id, headers)).rejects.toMatchObject({
          status: 'error',
          code: expect.stringMatching(code) as string,
        }),
      ([what]) => what,
    );
  });

  it('is rejected with the token of a user, and changes nothing', async () => {
    const { session, token } = await asking.signIn();
    const key = idleKey(session.id);
    await asking.redis.client.pexpire(key, session.idleTimeout / 2);

    await expect(
      asking.introspect(session.id, { authorization: `Bearer ${token}` }),
    ).rejects.toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
    await asking.introspect(session.id, signedBy('reports'));

    expect(await asking.redis.client.pttl(key)).toBeLessThanOrEqual(session.idleTimeout / 2);
  });
}
