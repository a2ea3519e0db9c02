import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as timer } from 'node:timers/promises';
import {
  Body,
  Controller,
  Get,
  type INestApplication,
  Param,
  Post,
  Req,
  RequestMethod,
  Sse,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { concatMap, from, interval, map, type Observable, take } from 'rxjs';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { SECRET, signedCall } from '../guard/test-support/guarded.js';
import { AllowServices } from '../roles/allow-services.decorator.js';
import { OptionalSession } from '../roles/optional-session.decorator.js';
import { Public } from '../roles/public.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { withBearer } from '../../test-support/requests.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { NoCurrentSessionError } from './no-current-session.error.js';
import { SessionContext } from './session-context.js';
import { SessionContextModule } from './session-context.module.js';
import {
  Mistake,
  SeeingFilter,
  SeeingGuard,
  SeeingInterceptor,
  SeeingPipe,
} from './test-support/seeing-enhancers.js';
import { everywhere, SeenSessions } from './test-support/seen-sessions.js';

/** Runs work, and returns its result or the name of its error. */
function outcomeOf(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return error instanceof NoCurrentSessionError ? error.message : String(error);
  }
}

@Controller()
class SampleController {
  constructor(private readonly seen: SeenSessions) {}

  @UseGuards(SeeingGuard)
  @UseInterceptors(SeeingInterceptor)
  @Get('places/:id')
  async places(@Param('id', SeeingPipe) id: string): Promise<string> {
    await this.seen.noteEverywhere();
    return id;
  }

  @Post('body')
  body(@Body() { padding }: { padding: string }): object {
    return { username: this.seen.username, length: padding.length };
  }

  @UseFilters(SeeingFilter)
  @Get('mistake')
  mistake(): never {
    throw new Mistake();
  }

  @Get('observable')
  observable(): Observable<string | null> {
    return interval(1).pipe(
      take(1),
      map(() => this.seen.username),
    );
  }

  @Sse('events')
  events(): Observable<{ data: string }> {
    return interval(1).pipe(
      take(3),
      concatMap((it) => from(timer(1)).pipe(map(() => ({ data: `${it} ${this.seen.username}` })))),
    );
  }

  @Get('interleaved')
  async interleaved(): Promise<(string | null)[]> {
    const read: (string | null)[] = [];
    for (let i = 0; i < 8; i += 1) {
      read.push(this.seen.username);
      await (i % 2 === 0 ? timer(Math.random() * 4) : Promise.resolve());
    }
    return read;
  }

  @Get('later')
  later(): string {
    setTimeout(() => {
      this.seen.note('after the response');
    }, 20);
    return 'answered';
  }

  @Get('connection')
  connection(@Req() { socket }: { socket: { remotePort: number } }): object {
    return { username: this.seen.username, port: socket.remotePort };
  }

  @Public()
  @Get('public-connection')
  publicConnection(@Req() { socket }: { socket: { remotePort: number } }): object {
    return { username: this.seen.username, port: socket.remotePort };
  }

  @Public()
  @Get('public')
  open(): object {
    return this.#required();
  }

  @OptionalSession()
  @Get('optional')
  optional(): object {
    return this.#required();
  }

  @OptionalSession()
  @Get('requiring')
  requiring(): string {
    return this.seen.context.requireSession().user.username;
  }

  @AllowServices('reports')
  @Get('caller')
  caller(): object {
    return { caller: this.seen.context.caller, ...this.#required() };
  }

  #required(): { username: string | null; required: string } {
    const { context } = this.seen;
    return {
      username: this.seen.username,
      required: outcomeOf(() => context.requireSession().user.username),
    };
  }
}

describe.each(httpAdapters)('the session context on %s', (_, makeAdapter) => {
  const store = new MemorySessionStore();
  let app: INestApplication;
  let url: string;
  let seen: SeenSessions;

  beforeAll(async () => {
    ({ app, url } = await listen(
      makeAdapter,
      {
        imports: [
          SessionModule.forRoot({ store, service: 'sample' }),
          SessionCallsModule.forRoot({ secret: SECRET }),
          SessionContextModule,
        ],
        controllers: [SampleController],
        providers: [SeenSessions, SeeingFilter, SeeingGuard, SeeingInterceptor, SeeingPipe],
      },
      (created) => {
        created.use((_request: unknown, _response: unknown, next: () => void) => {
          created.get(SeenSessions).note('middleware');
          next();
        });
        created.setGlobalPrefix('api', {
          exclude: [{ path: 'places/:id', method: RequestMethod.GET }],
        });
      },
    ));
    seen = app.get(SeenSessions);
  });

  afterEach(() => {
    seen.take();
  });

  afterAll(() => app.close());

  async function signIn(username: string): Promise<string> {
    const token = createToken();
    const user = { id: `id of ${username}`, username };
    await store.insert(sampleSession({ id: sessionIdOf(token), user }));
    return token;
  }

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/${path}`, { headers });
  const getAs = async (username: string, path: string) =>
    get(path, withBearer(await signIn(username)).headers);

  it('has the session in guards, interceptors, pipes, services, and the work that they start', async () => {
    expect((await getAs('ada', 'places/1')).status).toBe(200);

    expect(seen.take()).toEqual({
      middleware: null,
      guard: 'ada',
      interceptor: 'ada',
      pipe: 'ada',
      ...everywhere('ada'),
    });
  });

  it('has the session in an exception filter', async () => {
    expect((await getAs('ada', 'api/mistake')).status).toBe(418);

    expect(seen.take()).toEqual({ middleware: null, 'exception filter': 'ada' });
  });

  it('has the session after a body was read', async () => {
    const { headers } = withBearer(await signIn('ada'));
    const padding = 'x'.repeat(80_000);
    const answer = await fetch(`${url}/api/body`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ padding }),
    });

    expect(await answer.json()).toEqual({ username: 'ada', length: padding.length });
  });

  it('has the session while an observable emits', async () => {
    expect(await (await getAs('ada', 'api/observable')).text()).toBe('ada');
  });

  it('has the session while server-sent events are emitted', async () => {
    const events = await (await getAs('ada', 'api/events')).text();

    expect(events.match(/(?<=data: ).*/g)).toEqual(['0 ada', '1 ada', '2 ada']);
  });

  it('keeps the session for work that continues after the response', async () => {
    await getAs('ada', 'api/later');
    await eventually(() => Promise.resolve('after the response' in seen.take()));
  });

  it('never mixes the sessions of concurrent requests', async () => {
    const usernames = Array.from({ length: 20 }, (_item, index) => `user-${index}`);
    const requests = usernames.flatMap((username) =>
      Array.from({ length: 8 }, async () => {
        const answer = await getAs(username, 'api/interleaved');
        return { username, read: new Set((await answer.json()) as string[]) };
      }),
    );

    for (const { username, read } of await Promise.all(requests)) {
      expect(read).toEqual(new Set([username]));
    }
  });

  it('does not keep the session for the next request of the connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const over = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        httpGet(`${url}/api/${path}`, { agent, headers }, resolve).on('error', reject);
      });
      return JSON.parse(await text(answer)) as { username: string | null; port: number };
    };
    const ada = withBearer(await signIn('ada')).headers;
    const bob = withBearer(await signIn('bob')).headers;

    const answers = [
      await over('connection', ada),
      await over('public-connection', ada),
      await over('connection', bob),
      await over('public-connection'),
    ];
    agent.destroy();

    expect(answers.map(({ username }) => username)).toEqual(['ada', null, 'bob', null]);
    expect(new Set(answers.map(({ port }) => port)).size).toBe(1);
  });

  it('has no session on a @Public() route, and says how to fix the route', async () => {
    const expected = {
      username: null,
      required: expect.stringMatching(
        /^There is no current session: the route is @Public\(\).* replace it with @OptionalSession\(\)/,
      ) as string,
    };

    expect(await (await get('api/public')).json()).toEqual(expected);
    expect(await (await getAs('ada', 'api/public')).json()).toEqual(expected);
  });

  it('has only the session of a signed-in user on a route with an optional session', async () => {
    expect(await (await getAs('ada', 'api/optional')).json()).toEqual({
      username: 'ada',
      required: 'ada',
    });
    expect(await (await get('api/optional')).json()).toMatchObject({ username: null });
    expect(await (await getAs('ada', 'api/requiring')).text()).toBe('ada');
  });

  it('answers 401 when the handler of an anonymous request requires the session', async () => {
    const answer = await get('api/requiring');

    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'ERR_SESSION_REQUIRED' });
  });

  it('names the calling service, with the session only when it calls on behalf of a user', async () => {
    const session = sessionIdOf(await signIn('ada'));
    const call = (reference: string | null) =>
      signedCall('reports', 'sample', reference, { url: `${url}/api/caller` });

    expect(await (await get('api/caller', call(session))).json()).toEqual({
      caller: 'reports',
      username: 'ada',
      required: 'ada',
    });
    expect(await (await get('api/caller', call(null))).json()).toEqual({
      caller: 'reports',
      username: null,
      required: expect.stringContaining('a service called it as itself') as string,
    });
    expect(await (await getAs('ada', 'api/caller')).json()).toMatchObject({ caller: null });
  });

  it('has no session outside of a request, and says how to fix the code', async () => {
    await getAs('ada', 'api/optional');
    const context = app.get(SessionContext);

    expect([context.session, context.user, context.caller]).toEqual([null, null, null]);
    expect(() => context.requireSession()).toThrow(NoCurrentSessionError);
    expect(() => context.requireSession()).toThrow(
      /^There is no current session: this code runs outside of a request\. Pass the session/,
    );
  });
});
