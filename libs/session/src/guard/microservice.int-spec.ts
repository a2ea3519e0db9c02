import { Controller, Get, type INestApplication } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import { Public } from '../roles/public.decorator';
import { Roles } from '../roles/roles.decorator';
import { SessionModule } from '../session.module';
import { MemorySessionStore } from '../store/memory-session.store';
import { eventually } from '../../../../tools/testing/eventually';
import { httpAdapters, listen } from '../testing/http-adapters';

/** The events that were let in. */
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
  let app: INestApplication;
  let url: string;
  let caller: ClientProxy;

  beforeAll(async () => {
    events.length = 0;
    const port = await freePort();
    ({ app, url } = await listen(
      makeAdapter,
      {
        imports: [SessionModule.forRoot({ store: new MemorySessionStore() })],
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

  it('answers what is public', async () => {
    expect(await send('public')).toBe('in');
  });

  it.each(['undecorated', 'roles'])('is closed where it is not: %s', async (pattern) => {
    await expect(send(pattern)).rejects.toMatchObject({
      status: 'error',
      code: 'ERR_SESSION_REQUIRED',
    });
  });

  it('says in words why it is closed', async () => {
    await expect(send('undecorated')).rejects.toMatchObject({
      message: expect.stringMatching(/./) as string,
    });
  });

  it('tells a failure of the store by its code', async () => {
    await expect(send('unavailable')).rejects.toEqual({
      status: 'error',
      code: 'ERR_SESSION_STORE_UNAVAILABLE',
      message: 'The session store cannot answer. Try again in a moment.',
    });
  });

  it('drops an event that is not public, and goes on', async () => {
    await lastValueFrom(caller.emit('closed-event', 'closed-event'), { defaultValue: null });
    await lastValueFrom(caller.emit('public-event', 'public-event'), { defaultValue: null });
    await eventually(() => events.length > 0);

    expect(events).toEqual(['public-event']);
    expect(await send('public')).toBe('in');
  });

  it('leaves HTTP as it is', async () => {
    expect((await fetch(url)).status).toBe(401);
  });
});
