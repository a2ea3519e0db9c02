import { Controller, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, interval, lastValueFrom, map, type Observable, take, toArray } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters, listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { SessionContextModule } from './session-context.module.js';
import {
  Mistake,
  SeeingFilter,
  SeeingGuard,
  SeeingInterceptor,
  SeeingPipe,
} from './test-support/seeing-enhancers.js';
import { everywhere, SeenSessions } from './test-support/seen-sessions.js';

@Controller()
class SampleController {
  constructor(private readonly seen: SeenSessions) {}

  @UseGuards(SeeingGuard)
  @UseInterceptors(SeeingInterceptor)
  @MessagePattern('places')
  async places(@Payload(SeeingPipe) data: unknown): Promise<unknown> {
    await this.seen.noteEverywhere();
    return data;
  }

  @UseFilters(SeeingFilter)
  @MessagePattern('mistake')
  mistake(): never {
    throw new Mistake();
  }

  @MessagePattern('stream')
  stream(): Observable<string | null> {
    return interval(1).pipe(
      take(5),
      map(() => this.seen.username),
    );
  }
}

// The HTTP adapter takes no part in messages.
describe('the session context of a message', () => {
  const [[, makeAdapter]] = httpAdapters as [(typeof httpAdapters)[0]];
  const store = new MemorySessionStore();
  let service: ListeningApp;
  let client: ClientProxy;
  let seen: SeenSessions;

  beforeAll(async () => {
    const options = { host: '127.0.0.1', port: await freePort() };
    const tcp = { transport: Transport.TCP as const, options };
    service = await listen(
      makeAdapter,
      {
        imports: [
          SessionModule.forRoot({ store, service: 'sample' }),
          SessionCallsModule.forRoot({ forwardToken: true }),
          SessionContextModule,
        ],
        controllers: [SampleController],
        providers: [SeenSessions, SeeingFilter, SeeingGuard, SeeingInterceptor, SeeingPipe],
      },
      async (created) => {
        created.connectMicroservice(tcp, { inheritAppConfig: true });
        await created.startAllMicroservices();
      },
    );
    seen = service.app.get(SeenSessions);
    client = ClientProxyFactory.create(tcp);
  });

  afterEach(() => {
    seen.take();
  });

  afterAll(async () => {
    await client.close();
    await service.app.close();
  });

  async function sendAs(username: string, pattern: string): Promise<Observable<unknown>> {
    const token = createToken();
    const user = { id: `id of ${username}`, username };
    await store.insert(sampleSession({ id: sessionIdOf(token), user }));
    const data = { '@session': { authorization: `Bearer ${token}` }, data: {} };
    return client.send<unknown>(pattern, data);
  }

  it('has the session from the interceptors on, but not in guards', async () => {
    expect(await firstValueFrom(await sendAs('ada', 'places'))).toEqual({});

    expect(seen.take()).toEqual({
      guard: null,
      interceptor: 'ada',
      pipe: 'ada',
      ...everywhere('ada'),
    });
  });

  it('has the session in an exception filter of the handler', async () => {
    await expect(firstValueFrom(await sendAs('ada', 'mistake'))).rejects.toEqual({
      status: 'error',
      code: 'MISTAKE',
    });

    expect(seen.take()).toEqual({ 'exception filter': 'ada' });
  });

  it('never mixes the sessions of messages on one connection', async () => {
    const usernames = Array.from({ length: 30 }, (_item, index) => `user-${index}`);
    const streams = usernames.map(async (username) =>
      lastValueFrom((await sendAs(username, 'stream')).pipe(toArray())),
    );

    expect(await Promise.all(streams)).toEqual(
      usernames.map((username) => Array.from({ length: 5 }, () => username)),
    );
  });

  it('does not keep the session of a message for the next message', async () => {
    await firstValueFrom(await sendAs('ada', 'places'));
    await firstValueFrom(await sendAs('bob', 'places'));

    expect(seen.take()).toMatchObject({ guard: null, ...everywhere('bob') });
  });
});
