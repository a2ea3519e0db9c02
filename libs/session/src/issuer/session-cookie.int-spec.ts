import { Controller, Get, type INestApplication, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Public } from '../roles/public.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { SessionCookie } from './session-cookie.js';
import { SessionIssuerModule } from './session-issuer.module.js';
import { createToken } from '../token/session-token.js';

const token = createToken();
const COOKIE = `__Host-sid=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`;

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
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ({ app, url } = await listen(
      makeAdapter,
      {
        imports: [
          SessionModule.forRoot({ store: new MemorySessionStore() }),
          SessionIssuerModule.forRoot({}),
        ],
        controllers: [CookieController],
      },
      (created) => {
        const cookie = created.get(SessionCookie);
        created.use('/middleware', (_: unknown, native: { end: (body: string) => void }) => {
          cookie.write(native, token);
          native.end('done');
        });
      },
    ));
  });

  afterAll(() => app.close());

  it('is written and cleared with Cache-Control: no-store, and leaves the body alone', async () => {
    const written = await fetch(`${url}/write`);
    expect(written.headers.getSetCookie()).toEqual([COOKIE]);
    expect(written.headers.get('Cache-Control')).toBe('no-store');
    expect(await written.json()).toEqual({ signed: 'in' });

    const cleared = await fetch(`${url}/clear`);
    expect(cleared.headers.getSetCookie()).toEqual([
      '__Host-sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ]);
    expect(cleared.headers.get('Cache-Control')).toBe('no-store');
    expect(await cleared.json()).toEqual({ signed: 'out' });
  });

  it('leaves other cookies of the response alone', async () => {
    const response = await fetch(`${url}/among-others`);

    expect(response.headers.getSetCookie()).toEqual(['theme=dark', COOKIE, 'lang=de']);
  });

  it('can be written to the native response from a middleware', async () => {
    const response = await fetch(`${url}/middleware`);

    expect(response.headers.getSetCookie()).toEqual([COOKIE]);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
  });
});
