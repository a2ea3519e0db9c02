import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, type INestApplication, type MessageEvent, Sse } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { NEVER, type Observable, startWith } from 'rxjs';
import { eventually } from '../../../../tools/testing/eventually.js';
import { socketClosed } from '../../../../tools/testing/socket-closed.js';
import { Public } from '../roles/public.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { listen } from '../../test-support/http-adapters.js';
import { GracefulShutdownModule } from './graceful-shutdown.module.js';
import { SessionHealthIndicator } from './session-health.indicator.js';
import { SessionHealthModule } from './session-health.module.js';

@Public()
@Controller()
class SampleController {
  constructor(private readonly health: SessionHealthIndicator) {}

  @Get('fast')
  fast(): string {
    return 'fast';
  }

  @Get('slow')
  async slow(): Promise<string> {
    await delay(300);
    return 'slow';
  }

  @Get('stuck')
  stuck(): Promise<string> {
    return new Promise(() => undefined);
  }

  @Sse('stream')
  stream(): Observable<MessageEvent> {
    return NEVER.pipe(startWith({ data: 'first' }));
  }

  @Get('ready')
  async ready(): Promise<string> {
    return (await this.health.isHealthy()).sessions.status;
  }
}

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter({ return503OnClosing: false })],
])('an application on %s that shuts down', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;
  let agent: Agent;

  beforeEach(async () => {
    agent = new Agent({ keepAlive: true });
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ store: new MemorySessionStore() }),
        SessionHealthModule,
        GracefulShutdownModule.forRoot({ deadline: '1s' }),
      ],
      controllers: [SampleController],
    }));
    // Longer than a test may take.
    Object.assign(app.getHttpServer() as object, { keepAliveTimeout: 120_000 });
  });

  afterEach(async () => {
    agent.destroy();
    await app.close();
  });

  /** Sends a request over a connection that is kept alive if the server permits it. */
  async function ask(path: string): Promise<IncomingMessage> {
    const request = get(`${url}/${path}`, { agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  async function answerTo(path: string) {
    const response = await ask(path);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode, text, connection: response.headers.connection };
  }

  it('does not wait for idle keep-alive connections', async () => {
    expect(await answerTo('fast')).toMatchObject({ status: 200, connection: 'keep-alive' });
    await app.close();
  });

  it('answers pending requests, reports that it is not ready, and closes each connection', async () => {
    const slow = answerTo('slow');
    await delay(100);
    const ending = app.close();

    expect(await answerTo('ready')).toMatchObject({ text: 'down', connection: 'close' });
    expect(await slow).toEqual({ status: 200, text: 'slow', connection: 'close' });
    await ending;
  });

  it('does not wait for clients that keep sending requests, and breaks no connection', async () => {
    let isOver = false;
    const outcomes: unknown[] = [];
    const clients = Array.from({ length: 16 }, async () => {
      while (!isOver) {
        const outcome = await answerTo('fast').then(
          ({ status }) => status,
          (error: unknown) => (error as { code?: unknown }).code,
        );
        outcomes.push(outcome);
        if (outcome !== 200) await delay(10);
      }
    });
    await eventually(() => outcomes.length > 100);

    await app.close();

    isOver = true;
    await Promise.all(clients);
    // The port closes at some point, but no connection breaks off.
    expect(outcomes.filter((it) => it !== 200 && it !== 'ECONNREFUSED')).toEqual([]);
  });

  it('ends event streams', async () => {
    const stream = await ask('stream');
    stream.resume();
    const ended = once(stream, 'end');
    await app.close();
    await ended;
  });

  it('cuts off pending requests at the deadline', async () => {
    const request = get(`${url}/stuck`, { agent });
    const [socket] = (await once(request, 'socket')) as [Parameters<typeof socketClosed>[0]];
    const closed = socketClosed(socket);
    request.on('error', () => undefined);
    await delay(100);
    await app.close();
    await closed;
  });
});
