import { randomBytes } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import { Controller, Get, type INestApplication, Param } from '@nestjs/common';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import type { Role } from '../session/session-types.js';
import { managerOf } from '../testing/contract/manager-of.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionTracingModule } from './session-tracing.module.js';
import type { SessionTracingOptions } from './session-tracing.options.js';
import { CALLER, RecordedTraces } from './test-support/recorded-traces.js';

@Controller()
class OrdersController {
  @Get('orders/:id')
  @Roles('orders')
  find(@Param('id') id: string): string {
    return id;
  }

  @Get('public')
  @Public()
  open(): string {
    return 'in';
  }
}

/** Store whose reads have spans, like the commands of an instrumented client. */
class InstrumentedStore extends MemorySessionStore {
  override find(...args: Parameters<MemorySessionStore['find']>) {
    trace.getTracer('client').startSpan('GET').end();
    return super.find(...args);
  }
}

const ada = { id: 'user-of-the-test', username: 'ada-lovelace' };
const IP = '203.0.113.77';

describe.each(httpAdapters)('SessionTracingModule, on %s', (_name, makeAdapter) => {
  const redis = startedRedis();
  let traces: RecordedTraces;
  let proxy: FaultyProxy;
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    traces = RecordedTraces.start();
    proxy = await FaultyProxy.to(redis.server.port);
  });

  afterEach(async () => {
    // The client keeps its connections open, which the application would wait for.
    (app.getHttpServer() as Server).closeAllConnections();
    await app.close();
    await proxy.close();
    await traces.stop();
  });

  async function start(
    options: SessionModuleOptions = {},
    tracing: SessionTracingOptions = {},
    prepare?: (created: INestApplication) => void,
  ) {
    const metadata = {
      imports: [
        SessionModule.forRoot({
          ...(options.store ? {} : { redis: { port: proxy.port, disconnectTimeout: 50 } }),
          securityLog: new KeptSecurityLog(),
          ...options,
        }),
        ...(options.store ? [] : [SessionIssuerModule.forRoot({})]),
        SessionTracingModule.forRoot(tracing),
      ],
      controllers: [OrdersController],
    };
    ({ app, url } = await listen(makeAdapter, metadata, prepare));
  }

  const manager = () => app.get(SessionManager, { strict: false });
  const signIn = async (roles: Role[]) => manager().create({ user: ada, roles, ip: IP });
  const get = async (path: string, token?: string, headers: Record<string, string> = {}) => {
    const sent = new Headers(headers);
    if (token !== undefined) sent.set('authorization', `Bearer ${token}`);
    return (await fetch(url + path, { headers: sent })).status;
  };

  it('records the decision with the route, and the read within it', async () => {
    await start();
    const { token } = await signIn(['orders']);
    expect(await get('/orders/17', token)).toBe(200);

    const decision = await traces.last('session.authorize');
    expect(decision).toMatchObject({ kind: SpanKind.INTERNAL, status: { code: 0 } });
    expect(decision.attributes).toEqual({
      'http.route': '/orders/:id',
      'nest_sessions.transport': 'http',
      'nest_sessions.source': 'redis',
      'nest_sessions.outcome': 'allowed',
    });
    const read = await traces.last('session.find');
    expect(read.parentSpanContext?.spanId).toBe(decision.spanContext().spanId);
    expect(read.attributes).toEqual({
      'nest_sessions.source': 'redis',
      'nest_sessions.found': true,
    });
  });

  it('records a denial with its code, and not as an error', async () => {
    await start();
    const { token } = await signIn(['products']);
    expect(await get('/orders/1', token)).toBe(403);
    expect(await get('/orders/1')).toBe(401);

    const [forbidden, anonymous] = traces.named('session.authorize');
    for (const [span, code] of [
      [forbidden, 'ERR_SESSION_ROLE_REQUIRED'],
      [anonymous, 'ERR_SESSION_REQUIRED'],
    ] as const) {
      expect(span?.status.code).toBe(SpanStatusCode.UNSET);
      expect(span?.attributes).toMatchObject({
        'nest_sessions.outcome': 'denied',
        'nest_sessions.code': code,
      });
      expect(span?.attributes).not.toHaveProperty('error.type');
    }
    expect(anonymous?.attributes).not.toHaveProperty('nest_sessions.source');
    expect(traces.named('session.find')).toHaveLength(1);
  });

  it('records an unavailable store as an error of decision and read', async () => {
    await start();
    const { token } = await signIn(['orders']);
    await proxy.refuse();
    await eventually(async () => (await get('/orders/1', token)) === 503);
    await proxy.accept();

    for (const name of ['session.authorize', 'session.find']) {
      const span = await traces.last(name);
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
      expect(span.attributes).toMatchObject({
        'nest_sessions.outcome': 'failed',
        'error.type': 'ERR_SESSION_STORE_UNAVAILABLE',
      });
      expect(span.events).toEqual([]);
    }
  });

  it('records no read of a session in memory, and names the memory in the decision', async () => {
    await start({ nearCache: true });
    const { token } = await signIn(['orders']);
    const source = async () => {
      traces.clear();
      expect(await get('/orders/1', token)).toBe(200);
      return (await traces.last('session.authorize')).attributes['nest_sessions.source'];
    };
    await eventually(async () => (await source()) === 'memory');
    expect(traces.named('session.find')).toEqual([]);
  });

  it('records sign-in, rotation and sign-out', async () => {
    await start();
    const { session } = await signIn(['orders']);
    const rotated = await manager().rotate(session.id);
    await manager().revoke(rotated?.session.id ?? '');

    const names = traces.spans.map(({ name }) => name);
    expect(names).toEqual(['session.create', 'session.rotate', 'session.revoke']);
    for (const { attributes } of traces.spans) expect(attributes).toEqual({});
  });

  it('records the spans of a client within the read', async () => {
    const store = new InstrumentedStore();
    await start({ store });
    const { token } = await managerOf(store).create({ user: ada, roles: ['orders'] });
    traces.clear();
    const traceId = newTraceId();
    expect(await get('/orders/1', token, CALLER.headersIn(traceId))).toBe(200);

    expect(await traces.treeOf(traceId, 3)).toEqual([
      'session.authorize',
      '  session.find',
      '    GET',
    ]);
    expect((await traces.last('session.find')).attributes['nest_sessions.source']).toBe('store');
  });

  it('records the decision within the active span, such as that of an instrumentation', async () => {
    const answer = trace.getTracer('http');
    await start({}, {}, (created) => {
      created.use((_request: unknown, response: ServerResponse, next: () => void) => {
        answer.startActiveSpan('GET', (span) => {
          response.once('close', () => {
            span.end();
          });
          next();
        });
      });
    });
    await get('/public', undefined, CALLER.headersIn(newTraceId()));

    const outer = await traces.last('GET');
    const decision = await traces.last('session.authorize');
    expect(decision.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });

  it('continues the trace of a request, unless its header is malformed', async () => {
    await start();
    const traceId = newTraceId();
    await get('/public', undefined, CALLER.headersIn(traceId));
    expect(await traces.treeOf(traceId, 1)).toEqual(['session.authorize']);

    for (const traceparent of [`00-${traceId}`, `${'0'.repeat(5_000)}-${traceId}`, 'x']) {
      traces.clear();
      await get('/public', undefined, { traceparent });
      const { traceId: own } = (await traces.last('session.authorize')).spanContext();
      expect(own).not.toBe(traceId);
    }
  });

  it('carries the id of the session only when it is asked for', async () => {
    await start({}, { sessionIds: true });
    const { token, session } = await signIn(['orders']);
    await get('/orders/1', token);
    const rotated = await manager().rotate(session.id);

    for (const name of ['session.create', 'session.authorize', 'session.find']) {
      expect((await traces.last(name)).attributes['session.id']).toBe(session.id);
    }
    expect((await traces.last('session.rotate')).attributes).toMatchObject({
      'session.id': rotated?.session.id,
      'session.previous_id': session.id,
    });
    expect(textOf(traces)).not.toContain(token);
  });

  it('has no token, header, user, address or path in any span', async () => {
    await start();
    const { token, session } = await signIn(['orders']);
    const stranger = randomBytes(32).toString('base64url');
    const header = { 'x-secret': 'the-header' };
    await get('/orders/the-path?of=the-query', token, header);
    await get('/orders/the-path', stranger, { cookie: `__Host-sid=${token}`, ...header });
    await get('/orders/the-path', stranger, header);
    await get('/unknown-path', token, header);
    await proxy.refuse();
    await eventually(async () => (await get('/orders/the-path', token)) === 503);
    await proxy.accept();
    await eventually(async () => (await get('/orders/the-path', token)) === 200);
    const rotated = await manager().rotate(session.id, { by: ada.id, reason: 'the-reason' });
    await manager().revokeAll(ada.id, { by: ada.id, reason: 'the-reason' });

    const text = textOf(traces);
    expect(text).toContain('session.authorize');
    for (const secret of [
      ...[token, rotated?.token ?? '', stranger, session.id, rotated?.session.id ?? ''],
      ...[ada.id, ada.username, IP, '127.0.0.1', 'the-header', 'the-path', 'the-query'],
      ...['unknown-path', 'the-reason'],
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it('authorizes requests although the SDK fails', async () => {
    const failures: string[] = [];
    const fail = (hook: string) => () => {
      failures.push(hook);
      throw new Error(`of the SDK: ${hook}`);
    };
    await traces.stop();
    traces = RecordedTraces.start({
      onStart: fail('onStart'),
      onEnd: fail('onEnd'),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    });
    await start();
    const { token } = await signIn(['orders']);
    expect(await get('/orders/1', token)).toBe(200);
    expect(await get('/orders/1')).toBe(401);
    expect(failures).toContain('onStart');
  });

  it('adds nothing to an application without an SDK', async () => {
    await traces.stop();
    await start();
    const instruments = app.get(SessionInstruments, { strict: false });
    expect(instruments.isIdle).toBe(true);
    expect(instruments.headers()).toEqual({});
  });

  it('refuses an option that it does not have, and a value that is no boolean', async () => {
    await start();
    const refused = (options: object) =>
      listen(makeAdapter, {
        imports: [
          SessionModule.forRoot({ store: new MemorySessionStore() }),
          SessionTracingModule.forRoot(options),
        ],
      });
    await expect(refused({ ids: true })).rejects.toThrow(
      "SessionTracingModule has no option 'ids'. Its option is sessionIds.",
    );
    await expect(refused({ sessionIds: 'yes' })).rejects.toThrow(
      'sessionIds must be true or false, got "yes".',
    );
  });
});

function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** Returns everything that an exporter would send. */
function textOf({ spans }: RecordedTraces): string {
  return JSON.stringify(
    spans.map(({ name, attributes, events, links, status }) => {
      return { name, attributes, events, links, status };
    }),
  );
}
