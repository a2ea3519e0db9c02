import { Controller, type DynamicModule, Get, type INestApplication } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { Public } from '../roles/public.decorator.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { SECRET, signedCall } from './test-support/guarded.js';

/** Events that were authorized. */
const events: string[] = [];

@Controller()
class SampleController {
  @Get()
  overHttp(): string {
    return 'in';
  }

  @MessagePattern('undecorated')
  undecorated(): string {
    return 'in';
  }

  @Roles('orders:write')
  @MessagePattern('roles')
  roles(): string {
    return 'in';
  }

  @Public()
  @MessagePattern('public')
  open(): string {
    return 'in';
  }

  @Public()
  @MessagePattern('echo')
  echo(data: unknown): unknown {
    return data;
  }

  @RequireRecentSignIn('5m')
  @MessagePattern('recent')
  recent(): string {
    return 'in';
  }

  @EventPattern('closed-event')
  closedEvent(name: string): void {
    events.push(name);
  }

  @Public()
  @EventPattern('public-event')
  publicEvent(name: string): void {
    events.push(name);
  }

  @Public()
  @MessagePattern('unavailable')
  unavailable(): string {
    throw new SessionStoreUnavailableError();
  }
}

/** Starts an application that also listens over TCP, and returns a client. */
async function serve(
  makeAdapter: (typeof httpAdapters)[0][1],
  imports: DynamicModule[],
): Promise<ListeningApp & { readonly caller: ClientProxy }> {
  const port = await freePort();
  const tcp = { transport: Transport.TCP as const, options: { host: '127.0.0.1', port } };
  const started = await listen(
    makeAdapter,
    { imports, controllers: [SampleController] },
    async (created) => {
      created.connectMicroservice(tcp, { inheritAppConfig: true });
      await created.startAllMicroservices();
    },
  );
  return { ...started, caller: ClientProxyFactory.create(tcp) };
}

describe.each(httpAdapters)('a TCP microservice in an application on %s', (_, makeAdapter) => {
  const store = new MemorySessionStore();
  let app: INestApplication;
  let url: string;
  let caller: ClientProxy;

  beforeAll(async () => {
    events.length = 0;
    ({ app, url, caller } = await serve(makeAdapter, [
      SessionModule.forRoot({
        store,
        service: 'called',
        reauthenticateAt: 'https://id.example/again',
      }),
      SessionCallsModule.forRoot({ secret: SECRET }),
    ]));
  });

  afterAll(async () => {
    await caller.close();
    await app.close();
  });

  function send(pattern: string): Promise<unknown> {
    return firstValueFrom(caller.send<unknown>(pattern, { any: 'data' }));
  }

  it('answers public messages', async () => {
    expect(await send('public')).toBe('in');
  });

  it.each(['undecorated', 'roles'])('denies other messages and states why: %s', async (pattern) => {
    await expect(send(pattern)).rejects.toEqual({
      status: 'error',
      code: 'ERR_SESSION_REQUIRED',
      message: 'Sign in: this request needs a valid session.',
    });
  });

  it('reports a store failure by its code', async () => {
    await expect(send('unavailable')).rejects.toEqual({
      status: 'error',
      code: 'ERR_SESSION_STORE_UNAVAILABLE',
      message: 'The session store cannot answer. Try again in a moment.',
    });
  });

  it('denies a call on behalf of an old session, and admits a recent session', async () => {
    const call = async (authenticatedAt: number) => {
      const id = sessionIdOf(createToken());
      await store.insert(sampleSession({ id, authenticatedAt }));
      const signed = signedCall('caller', 'called', id, { pattern: 'recent', data: {} });
      const data = { '@session': signed, data: {} };
      return firstValueFrom(caller.send<unknown>('recent', data));
    };

    await expect(call(Date.now() - 3_600_000)).rejects.toEqual({
      status: 'error',
      code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
      message: 'Enter your password again, at https://id.example/again.',
      maxAge: 300,
      reauthenticate: 'https://id.example/again',
    });
    expect(await call(Date.now())).toBe('in');
  });

  it('drops an event that is not public, and continues', async () => {
    await lastValueFrom(caller.emit('closed-event', 'closed-event'), { defaultValue: null });
    await lastValueFrom(caller.emit('public-event', 'public-event'), { defaultValue: null });
    await eventually(() => events.length > 0);

    expect(events).toEqual(['public-event']);
    expect(await send('public')).toBe('in');
  });

  it('still guards HTTP routes', async () => {
    expect((await fetch(url)).status).toBe(401);
  });
});

// The adapter takes no part in messages.
describe('a TCP microservice without SessionCallsModule', () => {
  const [[, makeAdapter]] = httpAdapters as [(typeof httpAdapters)[0]];
  const store = new MemorySessionStore();
  let service: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    events.length = 0;
    service = await serve(makeAdapter, [SessionModule.forRoot({ store, service: 'called' })]);
  });

  afterAll(async () => {
    await service.caller.close();
    await service.app.close();
  });

  const send = (pattern: string, data: object = {}) =>
    firstValueFrom(service.caller.send<unknown>(pattern, data));

  it('answers public messages', async () => {
    expect(await send('public')).toBe('in');
  });

  it('hands a public handler the data of a call, without the credentials of its caller', async () => {
    const data = { id: 'tea' };
    const token = createToken();
    const signed = signedCall('caller', 'called', sessionIdOf(token), { pattern: 'echo', data });
    for (const credentials of [signed, { authorization: `Bearer ${token}` }, null, 'x']) {
      expect(await send('echo', { '@session': credentials, data })).toEqual(data);
    }
    expect(await send('echo', data)).toEqual(data);
  });

  it('denies all other messages and states why, whatever they carry', async () => {
    const token = createToken();
    const id = sessionIdOf(token);
    await store.insert(sampleSession({ id, roles: ['orders:write'] }));
    const required = {
      status: 'error',
      code: 'ERR_SESSION_REQUIRED',
      message: 'Sign in: this request needs a valid session.',
    };
    for (const pattern of ['undecorated', 'roles', 'recent']) {
      const carried = [
        {},
        { '@session': { authorization: `Bearer ${token}` }, data: {} },
        { '@session': signedCall('caller', 'called', id, { pattern, data: {} }), data: {} },
      ];
      for (const data of carried) await expect(send(pattern, data)).rejects.toEqual(required);
    }
  });

  it('reports a store failure by its code', async () => {
    await expect(send('unavailable')).rejects.toEqual({
      status: 'error',
      code: 'ERR_SESSION_STORE_UNAVAILABLE',
      message: 'The session store cannot answer. Try again in a moment.',
    });
  });

  it('drops an event that is not public', async () => {
    await lastValueFrom(service.caller.emit('closed-event', 'closed-event'), {
      defaultValue: null,
    });
    await lastValueFrom(service.caller.emit('public-event', 'public-event'), {
      defaultValue: null,
    });
    await eventually(() => events.length > 0);

    expect(events).toEqual(['public-event']);
  });

  it('rejects a signed request over HTTP', async () => {
    const headers = signedCall('caller', 'called', null, { url: `${service.url}/` });
    const answer = await fetch(`${service.url}/`, { headers });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'ERR_SESSION_CALL_REFUSED' });
  });
});
