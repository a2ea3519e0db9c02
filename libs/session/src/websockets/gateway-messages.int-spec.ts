import type { CanActivate, ExecutionContext, INestApplication } from '@nestjs/common';
import { UseGuards } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { interval, map, type Observable } from 'rxjs';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionDataFullError } from '../errors/session-data-full.error.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { carrierOf, sessionOf } from '../source/request-session.js';
import { GatewayApp, type Visitor } from './test-support/gateway-app.js';
import { IoTestClient } from './test-support/io-client.js';
import { WsTestClient } from './test-support/ws-client.js';

/** Guard of an application that reads the session. */
class UserGuard implements CanActivate {
  static readonly users: unknown[] = [];

  canActivate(context: ExecutionContext): boolean {
    UserGuard.users.push(sessionOf(carrierOf(context))?.user.id);
    return true;
  }
}

@WebSocketGateway({ path: '/public' })
@UseGuards(UserGuard)
@Public()
class PublicGateway {
  @SubscribeMessage('open')
  open() {
    return { event: 'open', data: true };
  }

  @SubscribeMessage('closed')
  @Roles('orders')
  closed() {
    return { event: 'closed', data: true };
  }

  @SubscribeMessage('full')
  @Roles('orders')
  full(): never {
    throw new SessionDataFullError('orders', 'notes');
  }

  @SubscribeMessage('feed')
  @Roles('orders')
  feed(): Observable<object> {
    return interval(20).pipe(map((data) => ({ event: 'feed', data })));
  }
}

/** Removes the global guards and interceptors, which Nest 11 does not run for gateways. */
function withoutGlobals(app: INestApplication): void {
  const config = app.get(ApplicationConfig);
  config.getGlobalGuards().length = 0;
  config.getGlobalInterceptors().length = 0;
}

const NESTS = [
  ['Nest 12', () => undefined],
  ['Nest 11, which runs no global guards for gateways', withoutGlobals],
] as const;

const PLATFORMS = [
  [
    'plain WebSockets',
    (app: INestApplication) => new WsAdapter(app),
    async (url: string, { bearer }: Visitor) => {
      const client = await WsTestClient.open(url, { headers: bearer });
      return {
        ask: async (event: string) => (await client.ask(event)).data,
        ended: () => client.closed?.reason ?? null,
        close: () => {
          client.socket.terminate();
        },
      };
    },
  ],
  [
    'Socket.IO',
    (app: INestApplication) => new IoAdapter(app),
    async (url: string, { bearer }: Visitor) => {
      const client = await IoTestClient.open(url, { extraHeaders: { ...bearer } });
      return {
        ask: async (event: string) => (await client.ask(event))[1],
        ended: () => {
          const denial = client.events.findLast(([name]) => name === 'exception')?.[1];
          return client.disconnects.length > 0 ? (denial as { code: string }).code : null;
        },
        close: () => {
          client.close();
        },
      };
    },
  ],
] as const;

const CASES = NESTS.flatMap(([nest, prepare]) =>
  PLATFORMS.map(([platform, makeAdapter, open]) => ({
    nest,
    prepare,
    platform,
    makeAdapter,
    open,
  })),
);

describe.each(CASES)('a message over $platform in $nest', ({ prepare, makeAdapter, open }) => {
  let service: GatewayApp;
  let visitor: Visitor;
  let client: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    service = await GatewayApp.start({
      gateways: [PublicGateway],
      adapter: (app) => {
        prepare(app);
        return makeAdapter(app);
      },
    });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    visitor = await service.signIn('orders');
    client = await open(`${service.url}/public`, visitor);
    UserGuard.users.length = 0;
  });
  afterEach(() => {
    client.close();
    jest.restoreAllMocks();
  });

  it('is decided once, by the roles and by the session as they are now', async () => {
    const find = jest.spyOn(service.store, 'find');
    expect(await client.ask('closed')).toBe(true);
    // The connection, which the message keeps open, is verified by fresh reads.
    const reads = find.mock.calls.filter(([, options]) => options?.fresh !== true);
    expect(reads).toHaveLength(1);

    await service.manager.setRoles(visitor.session.user.id, []);
    expect(await client.ask('closed')).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
    await service.manager.revoke(visitor.session.id);
    expect(await client.ask('closed')).toMatchObject({ code: 'ERR_SESSION_REQUIRED' });
    expect(await client.ask('open')).toBe(true);
  });

  it('has its session in the guards of the application', async () => {
    await client.ask('closed');

    expect(UserGuard.users).toEqual([visitor.session.user.id]);
  });

  it('is answered with the code of an error of the library', async () => {
    expect(await client.ask('full')).toMatchObject({ code: 'ERR_SESSION_DATA_FULL' });
  });

  it('ends its connection with the role that its stream needs', async () => {
    await client.ask('feed');
    expect(service.channels.size).toBe(1);

    await service.manager.setRoles(visitor.session.user.id, []);

    await eventually(() => client.ended() !== null);
    expect(client.ended()).toBe('ERR_SESSION_ROLE_REQUIRED');
  });
});
