import {
  Controller,
  Get,
  type INestApplication,
  NotFoundException,
  Post,
  Res,
} from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionOptionsError } from '../errors/session-options.error';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { SessionManager } from '../issuer/session.manager';
import { Public } from '../roles/public.decorator';
import { SessionModule } from '../session.module';
import { httpAdapters, listen } from '../testing/http-adapters';

@Public()
@Controller()
class SampleController {
  constructor(private readonly manager: SessionManager) {}

  @Post('login')
  async login(): Promise<string> {
    const { token } = await this.manager.create({
      user: { id: 'u-1', username: 'ada' },
      roles: [],
    });
    return token;
  }

  @Get('misconfigured')
  misconfigured(): never {
    throw new SessionOptionsError('the secret reason');
  }

  @Get('not-found')
  notFound(): never {
    throw new NotFoundException();
  }

  @Get('too-late')
  tooLate(@Res() response: ServerResponse | { raw: ServerResponse }): never {
    const native = 'raw' in response ? response.raw : response;
    native.writeHead(200, { 'Content-Type': 'text/plain' });
    native.write('beginning');
    throw new SessionStoreUnavailableError();
  }
}

describe.each(httpAdapters)('an error that a handler throws on %s', (_, makeAdapter) => {
  let server: RedisServer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    server = await RedisServer.start();
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis: { port: server.port, disconnectTimeout: 50 } }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [SampleController],
    }));
  });

  afterAll(async () => {
    await app.close();
    await server.stop();
  });

  it('is not there while the store answers', async () => {
    expect((await fetch(`${url}/login`, { method: 'POST' })).status).toBe(201);
  });

  it('is answered 503 with the time to come back when the store cannot answer', async () => {
    await server.stop();

    const response = await fetch(`${url}/login`, { method: 'POST' });

    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('1');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('Content-Type')).toMatch(/^application\/problem\+json\b/);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).toMatchObject({
      status: 503,
      code: 'ERR_SESSION_STORE_UNAVAILABLE',
    });
  });

  it('is answered 500 without the reason when the service is misconfigured', async () => {
    const response = await fetch(`${url}/misconfigured`);

    expect(response.status).toBe(500);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'ERR_SESSION_OPTIONS_INVALID' });
    expect(body).not.toContain('secret');
  });

  it('is left alone when it is not of this library', async () => {
    const response = await fetch(`${url}/not-found`);

    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json\b/);
  });

  it('after the answer has begun ends that answer, and the service goes on', async () => {
    const response = await fetch(`${url}/too-late`);

    expect(response.status).toBe(200);
    expect(await response.text().catch(() => 'cut off')).not.toContain('ERR_SESSION');
    expect((await fetch(`${url}/not-found`)).status).toBe(404);
  });
});
