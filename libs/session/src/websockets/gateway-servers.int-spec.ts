import { EventEmitter } from 'node:events';
import { type ExecutionContext, Module, type Type, type WebSocketAdapter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { AbstractWsAdapter, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { freePort } from '../../../../tools/processes/free-port.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionBindingModule } from '../binding/session-binding.module.js';
import { SessionContext } from '../context/session-context.js';
import { SessionContextModule } from '../context/session-context.module.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { OptionalSession } from '../roles/optional-session.decorator.js';
import { type Decision, SessionAuthorizer } from '../roles/session-authorizer.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionWebSocketsModule } from './session-websockets.module.js';
import { GatewayApp, type GatewayAppOptions } from './test-support/gateway-app.js';
import { IoTestClient } from './test-support/io-client.js';
import { WsTestClient } from './test-support/ws-client.js';
import type { VerifyCallback, VerifyInfo } from './ws.types.js';

@WebSocketGateway({ path: '/live' })
class LiveGateway {
  @SubscribeMessage('ask')
  ask() {
    return { event: 'answer', data: true };
  }
}

/** Parts of a server of socket.io that differ between its versions. */
interface ChangedServer {
  readonly engine: object;
  readonly opts: { connectionStateRecovery?: object };
  of(name: string): object;
}

/** Application of one test, which ends with it. */
const started: GatewayApp[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.close();
});

async function start(options: Partial<GatewayAppOptions> = {}): Promise<GatewayApp> {
  const service = await GatewayApp.start({ gateways: [LiveGateway], adapter: 'ws', ...options });
  started.push(service);
  return service;
}

async function refusal(options: Partial<GatewayAppOptions>): Promise<unknown> {
  return start(options).catch((error: unknown) => error);
}

describe('gateways with a port of their own', () => {
  it.each(['ws', 'socket.io'] as const)('are guarded on %s', async (adapter) => {
    const port = await freePort();

    @WebSocketGateway(port, { path: '/own' })
    class OwnGateway extends LiveGateway {}

    const service = await start({ gateways: [OwnGateway], adapter });
    const visitor = await service.signIn();
    const url = `http://127.0.0.1:${port}/own`;
    const handshake = adapter === 'ws' ? url : `${url}/?EIO=4&transport=websocket`;

    expect((await WsTestClient.refused(handshake)).status).toBe(401);

    const client =
      adapter === 'ws'
        ? await WsTestClient.open(url, { headers: visitor.bearer })
        : await IoTestClient.open(url, { extraHeaders: visitor.bearer });
    expect(service.channels.size).toBe(1);
    client.close();
    await eventually(() => service.channels.size === 0);
  });

  it('are guarded on ws without a path', async () => {
    const port = await freePort();

    @WebSocketGateway(port)
    class OwnGateway extends LiveGateway {}

    await start({ gateways: [OwnGateway] });

    expect((await WsTestClient.refused(`http://127.0.0.1:${port}`)).status).toBe(401);
  });
});

it('a closed gateway binds its connections, whatever a gateway on the same path decides', async () => {
  @OptionalSession()
  @WebSocketGateway({ path: '/live' })
  class GuestGateway {}

  /** Treats every user of the optional gateway as a guest. */
  class GuestAuthorizer extends SessionAuthorizer {
    override authorize(...args: Parameters<SessionAuthorizer['authorize']>): Decision {
      const context = args.at(-1) as ExecutionContext;
      return context.getClass() === GuestGateway ? 'role-required' : super.authorize(...args);
    }
  }

  const service = await start({
    gateways: [LiveGateway, GuestGateway],
    session: { authorizer: GuestAuthorizer },
  });
  const visitor = await service.signIn();
  const client = await WsTestClient.open(`${service.url}/live`, { headers: visitor.bearer });

  await service.manager.revoke(visitor.session.id);

  await eventually(() => client.closed !== null);
  expect(client.closed).toEqual({ code: 4401, reason: 'ERR_SESSION_REQUIRED' });
});

describe('verifyClient of the application', () => {
  const verifiers: [parameters: number, verify: (...args: never[]) => unknown][] = [
    [1, (info: VerifyInfo) => info.req.headers['x-tenant'] === 'tea'],
    [
      2,
      (info: VerifyInfo, callback: VerifyCallback) => {
        callback(info.req.headers['x-tenant'] === 'tea', 418);
      },
    ],
  ];

  it.each(verifiers)('with %i parameter(s) runs after the guard', async (parameters, verify) => {
    @WebSocketGateway({ path: '/verified', verifyClient: verify } as object)
    class VerifiedGateway extends LiveGateway {}

    const service = await start({ gateways: [VerifiedGateway] });
    const { bearer } = await service.signIn();
    const url = `${service.url}/verified`;

    const anonymous = await WsTestClient.refused(url, { headers: { 'x-tenant': 'tea' } });

    expect(anonymous.status).toBe(401);
    await expect(WsTestClient.open(url, { headers: bearer })).rejects.toThrow(
      parameters === 1 ? '401' : '418',
    );
    const client = await WsTestClient.open(url, { headers: { ...bearer, 'x-tenant': 'tea' } });
    expect(await client.ask('ask')).toEqual({ event: 'answer', data: true });
    client.close();
  });

  it('that throws refuses the client, and the service goes on', async () => {
    const verifyClient = () => {
      throw new Error('broken');
    };

    @WebSocketGateway({ path: '/verified', verifyClient } as object)
    class VerifiedGateway extends LiveGateway {}

    const service = await start({ gateways: [VerifiedGateway, LiveGateway] });
    const { bearer: headers } = await service.signIn();

    await expect(WsTestClient.open(`${service.url}/verified`, { headers })).rejects.toThrow();
    const client = await WsTestClient.open(`${service.url}/live`, { headers });
    expect(await client.ask('ask')).toEqual({ event: 'answer', data: true });
    client.close();
  });
});

describe('an application that cannot be guarded', () => {
  class UnknownAdapter extends AbstractWsAdapter {
    create(): EventEmitter {
      return new EventEmitter();
    }

    bindMessageHandlers(): void {
      // No client arrives.
    }
  }

  /** Adapter of socket.io whose server differs. */
  const changed = (change: (server: ChangedServer) => void) =>
    class extends IoAdapter {
      override createIOServer(...args: Parameters<IoAdapter['createIOServer']>) {
        const server = super.createIOServer(...args);
        change(server as unknown as ChangedServer);
        return server;
      }
    };

  const withAdapter = (adapter: Type<WebSocketAdapter>) => ({
    adapter: (app: object) => new adapter(app),
  });

  it('is refused with an unknown adapter', async () => {
    const error = await refusal(withAdapter(UnknownAdapter));

    expect(error).toBeInstanceOf(SessionOptionsError);
    expect(error).toMatchObject({
      message: expect.stringContaining('extends WsAdapter or IoAdapter') as string,
    });
  });

  it('is refused with a socket.io that has no middlewares for handshakes', async () => {
    const error = await refusal(
      withAdapter(
        changed((server) => Object.defineProperty(server.engine, 'use', { value: undefined })),
      ),
    );

    expect(error).toMatchObject({
      code: 'ERR_SESSION_OPTIONS_INVALID',
      message: expect.stringContaining('socket.io 4.6 or later') as string,
    });
  });

  it('is refused with connectionStateRecovery on a socket.io without the hook', async () => {
    const Adapter = changed((server) => {
      server.opts.connectionStateRecovery = { skipMiddlewares: true };
      Object.defineProperty(server.of('/'), '_add', { value: undefined });
    });

    expect(await refusal(withAdapter(Adapter))).toMatchObject({
      code: 'ERR_SESSION_OPTIONS_INVALID',
      message: expect.stringContaining('connectionStateRecovery') as string,
    });
  });

  it('is refused when a server was created past the module', async () => {
    class LateAdapter extends WsAdapter {}

    const error = await refusal({
      adapter: (app) => {
        const adapter = new LateAdapter(app);
        const create = adapter.create.bind(adapter);
        // Refuses the step that the module adds.
        Object.defineProperty(adapter, 'create', { get: () => create, set: () => undefined });
        return adapter;
      },
    });

    expect(error).toMatchObject({
      code: 'ERR_SESSION_OPTIONS_INVALID',
      message: expect.stringContaining('The server of LiveGateway was created without') as string,
    });
  });

  it('is refused with an unknown option or close code', async () => {
    for (const [webSockets, message] of [
      [{ closeCode: 1 }, 'Its option is closeCodes.'],
      [{ closeCodes: 'own' }, "must be 'private' or 'registered', got 'own'"],
    ] as const) {
      expect(await refusal({ webSockets: webSockets as object })).toMatchObject({
        code: 'ERR_SESSION_OPTIONS_INVALID',
        message: expect.stringContaining(message) as string,
      });
    }
  });
});

it('an application context with gateways starts, because it has no server', async () => {
  @Module({
    imports: [SessionModule.forRoot({ store: new MemorySessionStore() }), SessionWebSocketsModule],
    providers: [LiveGateway],
  })
  class AppModule {}

  const context = await NestFactory.createApplicationContext(AppModule, { logger: false });

  expect(context.get(LiveGateway)).toBeInstanceOf(LiveGateway);
  await context.close();
});

it('SessionContext reads the session of a message', async () => {
  @WebSocketGateway({ path: '/context' })
  class ContextGateway {
    constructor(private readonly context: SessionContext) {}

    @SubscribeMessage('ask')
    async ask() {
      await Promise.resolve();
      return { event: 'answer', data: this.context.requireSession().id };
    }
  }

  const service = await start({ gateways: [ContextGateway], imports: [SessionContextModule] });
  const visitor = await service.signIn();
  const client = await WsTestClient.open(`${service.url}/context`, { headers: visitor.bearer });

  expect(await client.ask('ask')).toEqual({ event: 'answer', data: visitor.session.id });
  client.close();
});

describe('the idle timeout', () => {
  it.each(['ws', 'socket.io'] as const)(
    'is renewed by the opening and by each message with a handler on %s',
    async (adapter) => {
      const service = await start({ adapter });
      const { bearer } = await service.signIn();
      const touch = jest.spyOn(service.store, 'touch');
      if (adapter === 'ws') {
        const client = await WsTestClient.open(`${service.url}/live`, { headers: bearer });
        expect(touch).toHaveBeenCalledTimes(1);
        client.socket.ping();
        client.send('unknown');
        await client.ask('ask');
        client.close();
      } else {
        const client = await IoTestClient.open(`${service.url}/live`, {
          transports: ['websocket'],
          extraHeaders: bearer,
        });
        expect(touch).toHaveBeenCalledTimes(1);
        client.socket.emit('unknown');
        await client.ask('ask');
        client.close();
      }

      expect(touch).toHaveBeenCalledTimes(2);
    },
  );

  it("is renewed by the opening alone with renewedBy: 'opening'", async () => {
    const service = await start({ channels: { renewedBy: 'opening' } });
    const { bearer } = await service.signIn();
    const touch = jest.spyOn(service.store, 'touch');

    const client = await WsTestClient.open(`${service.url}/live`, { headers: bearer });
    await client.ask('ask');
    await client.ask('ask');

    expect(touch).toHaveBeenCalledTimes(1);
    client.close();
  });
});

describe('a store that does not answer for closeWithin', () => {
  it('closes a plain WebSocket with 1013', async () => {
    const service = await start({ channels: { closeWithin: '5s' } });
    const { bearer: headers } = await service.signIn();
    const client = await WsTestClient.open(`${service.url}/live`, { headers });
    const restore = service.failStore();

    await eventually(() => client.closed !== null);

    restore();
    expect(client.closed).toEqual({ code: 1013, reason: 'ERR_SESSION_CHANNEL_UNVERIFIED' });
  });

  it('closes a connection of socket.io, whose client connects again', async () => {
    const service = await start({ adapter: 'socket.io', channels: { closeWithin: '5s' } });
    const { bearer } = await service.signIn();
    const client = await IoTestClient.open(`${service.url}/live`, {
      transports: ['websocket'],
      extraHeaders: bearer,
      reconnection: true,
      reconnectionDelay: 10,
      reconnectionDelayMax: 50,
    });
    const restore = service.failStore();

    await eventually(() => client.disconnects.length === 1);
    restore();
    await eventually(() => client.connects === 2);

    expect(client.events).toMatchObject([
      ['exception', { code: 'ERR_SESSION_CHANNEL_UNVERIFIED' }],
    ]);
    expect(client.disconnects).toEqual(['transport close']);
    client.close();
  });
});

describe('a handshake of another client than the one that signed in', () => {
  const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0';
  const SAFARI =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15';

  it('is refused by SessionBindingModule', async () => {
    const service = await start({
      imports: [SessionBindingModule.forRoot({ userAgent: 'reauthenticate' })],
    });
    const { token } = await service.manager.create({
      user: { id: 'u', username: 'ada' },
      roles: [],
      userAgent: FIREFOX,
    });
    const headersOf = (userAgent: string) => ({
      authorization: `Bearer ${token}`,
      'user-agent': userAgent,
    });

    const { status, body } = await WsTestClient.refused(`${service.url}/live`, {
      headers: headersOf(SAFARI),
    });

    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED' });
    const client = await WsTestClient.open(`${service.url}/live`, { headers: headersOf(FIREFOX) });
    expect(await client.ask('ask')).toEqual({ event: 'answer', data: true });
    client.close();
  });
});
