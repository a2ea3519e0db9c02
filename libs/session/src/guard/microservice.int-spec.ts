import { Controller, Get, type INestApplication } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { Public } from '../roles/public.decorator.js';
import { RequireFresh } from '../roles/require-fresh.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
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

  @RequireFresh('5m')
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

describe.each(httpAdapters)('a TCP microservice in an application on %s', (_, makeAdapter) => {
  const store = new MemorySessionStore();
  let app: INestApplication;
  let url: string;
  let caller: ClientProxy;

  beforeAll(async () => {
    events.length = 0;
    const port = await freePort();
    ({ app, url } = await listen(
      makeAdapter,
      {
        imports: [
          SessionModule.forRoot({
            store,
            service: 'called',
            calls: { secret: SECRET },
            reauthenticateAt: 'https://id.example/again',
          }),
        ],
        controllers: [SampleController],
      },
      async (created) => {
        created.connectMicroservice(
          { transport: Transport.TCP, options: { host: '127.0.0.1', port } },
          { inheritAppConfig: true },
        );
        await created.startAllMicroservices();
      },
    ));
    caller = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
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
