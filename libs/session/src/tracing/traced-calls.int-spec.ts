import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { INestApplication } from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { firstValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port.js';
import { httpAdapters, type ListeningApp } from '../../test-support/http-adapters.js';
import { managerOf } from '../../test-support/manager-of.js';
import { startedRedis } from '../../test-support/started-redis.js';
import type { CalledController } from '../calls/test-support/called.controller.js';
import type { CallingController } from '../calls/test-support/calling.controller.js';
import { type CallingServices, startCalled, startCalling } from '../calls/test-support/services.js';
import { type IssuedSession, SessionManager } from '../issuer/session.manager.js';
import { CALLS, startAuth, startOrders } from '../rpc/test-support/rpc-apps.js';
import { transports, type Wire } from '../rpc/test-support/transports.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionTracingModule } from './session-tracing.module.js';
import { CALLER, RecordedTraces } from './test-support/recorded-traces.js';

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

/** Channel on which Node.js announces the requests of `fetch`, to instrumentations for instance. */
const FETCHES = 'undici:request:create';

const newTraceId = () => randomBytes(16).toString('hex');

/** Names of the handler's span, where its pattern is not this service's own text or gRPC has a name for it. */
const METHODS: Readonly<Record<string, string>> = {
  TCP: 'session.introspect',
  gRPC: 'nest_sessions.v1.SessionIntrospection/Introspect',
};

/** Traces of the SDK that starts before the services and ends after them. */
let traces: RecordedTraces;

beforeAll(() => {
  traces = RecordedTraces.start();
});
beforeEach(() => {
  traces.clear();
});
afterAll(() => traces.stop());

describe.each(transports)('a traced introspection over %s', (name, open) => {
  const redis = startedRedis();
  let wire: Wire;
  let auth: INestApplication;
  let orders: ListeningApp;

  beforeAll(async () => {
    const imports = [SessionTracingModule.forRoot({})];
    wire = await open();
    auth = await startAuth(wire.server, { redis: redis.url }, imports);
    orders = await startOrders(wire.client, { imports });
  });

  afterAll(async () => {
    await orders.app.close();
    await auth.close();
    await wire.broker?.stop();
  });

  it('is one trace across both services', async () => {
    const { token } = await auth
      .get(SessionManager, { strict: false })
      .create({ user: { id: 'u-1', username: 'ada-lovelace' }, roles: ['orders'] });
    const traceId = newTraceId();
    const headers = { ...CALLER.headersIn(traceId), authorization: `Bearer ${token}` };
    expect((await fetch(`${orders.url}/who`, { headers })).status).toBe(200);

    const method = METHODS[name] ?? 'SessionIntrospectionController.introspect';
    const system = name === 'gRPC' ? 'grpc' : 'nestjs';
    expect((await traces.treeOf(traceId, 6)).slice(0, 6)).toEqual([
      'session.authorize',
      '  session.find',
      '    session.introspect',
      '      session.authorize',
      `      ${method}`,
      '        session.introspect',
    ]);
    const spans = traces.spans.filter((span) => span.spanContext().traceId === traceId);
    const client = spans.find(({ kind }) => kind === SpanKind.CLIENT);
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
    expect(client?.attributes).toEqual({
      'rpc.system.name': system,
      'rpc.method': 'session.introspect',
    });
    expect(server?.attributes).toEqual({ 'rpc.system.name': system, 'rpc.method': method });
    const read = spans.find(({ attributes }) => attributes['nest_sessions.source'] === 'rpc');
    expect(read?.name).toBe('session.find');
  });
});

describe('a traced call', () => {
  const store = new MemorySessionStore();
  const calls = { secret: CALLS.secret };
  let port: number;
  let called: ListeningApp & { controller: CalledController };
  let calling: ListeningApp & { controller: CallingController };
  let ada: IssuedSession;

  beforeAll(async () => {
    const features = [SessionTracingModule.forRoot({})];
    port = await freePort();
    const services: CallingServices = {
      store,
      transport: { transport: Transport.TCP, options: { host: '127.0.0.1', port } },
      calling: { calls, features },
      called: { calls, features },
    };
    called = await startCalled(express, services);
    calling = await startCalling(express, services);
    ada = await managerOf(store).create({
      user: { id: 'u-1', username: 'ada-lovelace' },
      roles: ['orders'],
    });
  });

  afterAll(async () => {
    await Promise.all([calling, called].map(({ app }) => app.close()));
  });

  const post = async (path: string, traceId: string, body: object = { data: {} }) => {
    const response = await fetch(`${calling.url}/${path}`, {
      method: 'POST',
      headers: {
        ...CALLER.headersIn(traceId),
        'content-type': 'application/json',
        cookie: `__Host-sid=${ada.token}`,
      },
      body: JSON.stringify(body),
    });
    return await response.json();
  };

  it('is part of the trace of the request that caused it', async () => {
    const traceId = newTraceId();
    expect(await post('send/any', traceId)).toMatchObject({ session: ada.session.id });

    expect(await traces.treeOf(traceId, 5)).toEqual([
      'session.authorize',
      '  session.find',
      'session.authorize',
      '  session.find',
      'any',
    ]);
    const server = await traces.last('any');
    expect(server).toMatchObject({ kind: SpanKind.SERVER, status: { code: SpanStatusCode.UNSET } });
  });

  it('that is anonymous is part of the trace as well', async () => {
    const traceId = newTraceId();
    await post('anonymous/public', traceId);
    expect(await traces.treeOf(traceId, 3)).toEqual([
      'session.authorize',
      'session.authorize',
      'public',
    ]);
  });

  it('that is denied has no span of a handler', async () => {
    const traceId = newTraceId();
    await post('send/role', traceId);
    const [, denied] = await traces
      .treeOf(traceId, 4)
      .then(() => traces.named('session.authorize'));
    expect(traces.named('role')).toEqual([]);
    const decisions = traces.named('session.authorize').map(({ attributes }) => attributes);
    expect(denied?.status.code).toBe(SpanStatusCode.UNSET);
    expect(decisions).toContainEqual(
      expect.objectContaining({
        'nest_sessions.transport': 'rpc',
        'rpc.method': 'role',
        'nest_sessions.code': 'ERR_SESSION_ROLE_REQUIRED',
      }),
    );
  });

  it('over fetch is part of the trace', async () => {
    const traceId = newTraceId();
    await post('fetch', traceId, { url: `${called.url}/over-http` });
    expect(await traces.treeOf(traceId, 4)).toEqual([
      'session.authorize',
      '  session.find',
      'session.authorize',
      '  session.find',
    ]);
  });

  it('over fetch leaves the header to an instrumentation of fetch', async () => {
    const seen: string[] = [];
    const watch = (message: unknown) => {
      const { request } = message as { request: { headers: unknown; path: string } };
      if (request.path === '/over-http') seen.push(JSON.stringify(request.headers));
    };
    subscribe(FETCHES, watch);
    try {
      await post('fetch', newTraceId(), { url: `${called.url}/over-http` });
    } finally {
      unsubscribe(FETCHES, watch);
    }
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain('x-session-call');
    expect(seen[0]).not.toContain('traceparent');
  });

  it('ignores the trace of a message that is malformed or too long', async () => {
    const traceId = newTraceId();
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
    const { traceparent } = CALLER.headersIn(traceId);
    for (const headers of [
      { traceparent: `${traceparent}${'-0'.repeat(100)}` },
      { traceparent: [traceparent] },
      { traceparent: { toString: traceparent } },
      { Traceparent: traceparent },
      { __proto__: null },
      null,
      traceparent,
    ]) {
      traces.clear();
      const data = { '@session': headers, data: 'tea' };
      expect(await firstValueFrom(client.send<unknown>('public', data))).toEqual({ data: 'tea' });
      expect((await traces.last('public')).spanContext().traceId).not.toBe(traceId);
    }
    await (client.close() as Promise<void>);
  });

  it('in another format than signed data changes no decision', async () => {
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
    const data = { '@session': CALLER.headersIn(newTraceId()), data: 'tea' };
    await expect(firstValueFrom(client.send('any', data))).rejects.toMatchObject({
      code: 'ERR_SESSION_REQUIRED',
    });
    await (client.close() as Promise<void>);
  });
});
