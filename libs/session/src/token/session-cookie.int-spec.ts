import { Controller, Get, type INestApplication, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { SessionCookieOptions } from '../options/session.options';
import { Public } from '../roles/public.decorator';
import { SessionModule } from '../session.module';
import { MemorySessionStore } from '../store/memory-session.store';
import { httpAdapters, listen } from '../testing/http-adapters';
import { SessionCookie } from './session-cookie';
import { createToken } from './session-token';

const token = createToken();

@Public()
@Controller()
class CookieController {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  @Get('write')
  write(@Res({ passthrough: true }) response: object): object {
    this.cookie.write(response, token);
    return { signed: 'in' };
  }

  @Get('clear')
  clear(@Res({ passthrough: true }) response: object): object {
    this.cookie.clear(response);
    return { signed: 'out' };
  }

  @Get('among-others')
  amongOthers(@Res({ passthrough: true }) response: object): object {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.appendHeader(response, 'Set-Cookie', 'theme=dark');
    this.cookie.write(response, token);
    httpAdapter.appendHeader(response, 'Set-Cookie', 'lang=de');
    return {};
  }
}

describe.each(httpAdapters)('the session cookie on %s', (_, makeAdapter) => {
  const apps: INestApplication[] = [];

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  async function get(
    path: string,
    cookie?: SessionCookieOptions,
    prepare?: (app: INestApplication) => void,
  ): Promise<Response> {
    const { app, url } = await listen(
      makeAdapter,
      {
        imports: [SessionModule.forRoot({ store: new MemorySessionStore(), cookie })],
        controllers: [CookieController],
      },
      prepare,
    );
    apps.push(app);
    return fetch(url + path);
  }

  it('is for the whole of this host, over TLS, out of reach of scripts and of most other sites', async () => {
    const response = await get('/write');

    expect(response.headers.getSetCookie()).toEqual([
      `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it('comes in an answer that no cache may keep', async () => {
    expect((await get('/write')).headers.get('Cache-Control')).toBe('no-store');
    expect((await get('/clear')).headers.get('Cache-Control')).toBe('no-store');
  });

  it('leaves the body alone', async () => {
    const response = await get('/write');

    expect(await response.json()).toEqual({ signed: 'in' });
  });

  it('is cleared with the attributes that it was set with', async () => {
    const response = await get('/clear');

    expect(response.headers.getSetCookie()).toEqual([
      '__Host-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ]);
  });

  it('has the name, the domain and the SameSite that are configured', async () => {
    const cookie: SessionCookieOptions = {
      name: '__Secure-sid',
      domain: 'example.com',
      sameSite: 'strict',
    };

    expect((await get('/write', cookie)).headers.getSetCookie()).toEqual([
      `__Secure-sid=${token}; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Strict`,
    ]);
    expect((await get('/clear', cookie)).headers.getSetCookie()).toEqual([
      '__Secure-sid=; Domain=example.com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict',
    ]);
  });

  it('leaves other cookies of the answer alone', async () => {
    const response = await get('/among-others');

    expect(response.headers.getSetCookie()).toEqual([
      'theme=dark',
      `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`,
      'lang=de',
    ]);
  });

  it('can be written from a middleware, to the native response', async () => {
    const response = await get('/open', undefined, (app) => {
      const cookie = app.get(SessionCookie);
      app.use((_request: unknown, native: { end: (body: string) => void }) => {
        cookie.write(native, token);
        native.end('done');
      });
    });

    expect(response.headers.getSetCookie()).toEqual([
      `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });
});
