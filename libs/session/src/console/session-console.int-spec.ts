import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import request from 'supertest';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import type { ConsoleExtras } from './console-mount.token.js';
import type { SessionConsoleOptions } from './console.options.js';
import { SessionConsoleModule } from './session-console.module.js';
import { builtPages } from './test-support/built-pages.js';

const PATHS = { signIn: '/auth/login', signOut: '/auth/logout', account: '/auth', api: '/admin' };
const SCRIPT = 'console.log("a script of the console")'.repeat(50);

describe.each(httpAdapters)('SessionConsoleModule, on %s', (_name, makeAdapter) => {
  const pages = builtPages({ 'assets/index-a1.js': SCRIPT, 'secret.txt': 'not served' });
  let app: INestApplication;

  afterEach(() => app.close());

  async function start(
    options: SessionConsoleOptions & ConsoleExtras = {},
    prefix?: string,
  ): Promise<void> {
    const imports = [
      SessionModule.forRoot({ store: new MemorySessionStore() }),
      SessionIssuerModule.forRoot({}),
      SessionConsoleModule.forRoot({ ...PATHS, pages: pages(), ...options }),
    ];
    ({ app } = await listen(makeAdapter, { imports }, (made) => {
      if (prefix !== undefined) made.setGlobalPrefix(prefix);
    }));
  }

  const get = (path: string) => request(app.getHttpServer() as string).get(path);
  /** Returns the base and the configuration in a page. */
  const readIn = ({ text }: { text: string }) => {
    const [, base] = /<base href="([^"]*)"/.exec(text) ?? [];
    const [, content = ''] = /content="([^"]*)"/.exec(text) ?? [];
    return { base, config: JSON.parse(content.replaceAll('&quot;', '"')) as unknown };
  };

  it('serves the page without a session at each of its places', async () => {
    await start();
    for (const place of ['', '/account', '/sessions', '/users', '/users/ada', '/health']) {
      const page = await get(`/sessions${place}`)
        .expect(200)
        .expect('content-type', /^text\/html/);
      expect(readIn(page)).toEqual({
        base: '/sessions/',
        config: {
          base: '/sessions/',
          ...PATHS,
          role: 'admin',
          title: 'Sessions',
          ...{ signInPage: null, password: null, reauthenticate: null, users: null },
        },
      });
    }
  });

  it('sends the page with 404 for an unknown place, and an error to programs', async () => {
    await start();
    const page = await get('/sessions/no/such-page').set('accept', 'text/html').expect(404);
    expect(readIn(page).base).toBe('/sessions/');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const answer = await get('/sessions/elsewhere').expect(404);
    expect(answer.text).toContain('The console has no such page.');
    expect(answer.headers['content-type']).toMatch(/json/);
  });

  it('permits the page its own scripts and styles only', async () => {
    await start();
    const { headers } = await get('/sessions').expect(200);

    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('is mounted below a route and the global prefix', async () => {
    await start({ route: 'console' }, 'v1');

    const { base, config } = readIn(await get('/v1/console/users').expect(200));
    expect(base).toBe('/v1/console/');
    expect(config).toMatchObject({ api: '/v1/admin', signIn: '/v1/auth/login', users: null });
    await get('/v1/console/assets/index-a1.js').expect(200);
    await get('/console').expect(404);
  });

  it('serves assets for ever, compressed for clients that accept it', async () => {
    await start();
    const path = '/sessions/assets/index-a1.js';

    const plain = await get(path).set('accept-encoding', 'identity').expect(200);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['content-type']).toMatch(/^text\/javascript/);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const raw = await get(path)
      .set('accept-encoding', 'gzip')
      .buffer(true)
      .parse((response, done) => {
        const parts: Buffer[] = [];
        (response as unknown as NodeJS.ReadableStream).on('data', (part: Buffer) =>
          parts.push(part),
        );
        (response as unknown as NodeJS.ReadableStream).on('end', () => {
          done(null, Buffer.concat(parts));
        });
      })
      .expect(200)
      .expect('content-encoding', 'gzip')
      .expect('vary', /Accept-Encoding/);
    const body = raw.body as Buffer;
    expect(gunzipped(body)).toBe(SCRIPT);
    await get('/sessions/icon.svg')
      .expect(200)
      .expect('content-type', /^image\/svg/);
  });

  it('serves no other file', async () => {
    await start();
    for (const path of [
      'assets/index-b2.js',
      'assets/..%2fsecret.txt',
      'assets/%2e%2e%2fsecret.txt',
      'assets/../secret.txt',
      'secret.txt',
      'assets/constructor',
    ]) {
      const { status, text } = await get(`/sessions/${path}`);
      expect([path, status]).toEqual([path, 404]);
      expect(text).not.toContain('not served');
    }
  });

  it('writes a title and a role into the page as text', async () => {
    const title = '"><script>alert(1)</script>&quot;';
    await start({ title, role: 'support' });

    const page = await get('/sessions').expect(200);

    expect(page.text).not.toContain('<script>');
    const [, content = ''] = /content="([^"]*)"/.exec(page.text) ?? [];
    expect(content).toContain('&lt;script&gt;');
  });

  it('refuses options that it does not understand, and a folder without pages', async () => {
    await start();
    const rejected = (options: object, others = [SessionIssuerModule.forRoot({})]) => {
      const starting = async () =>
        listen(makeAdapter, {
          imports: [
            SessionModule.forRoot({ store: new MemorySessionStore() }),
            ...others,
            SessionConsoleModule.forRoot({ ...PATHS, pages: pages(), ...options }),
          ],
        });
      return expect(starting()).rejects;
    };
    await rejected({ signin: '/login' }).toThrow("SessionConsoleModule has no option 'signin'.");
    await rejected({ account: 'https://elsewhere.example' }).toThrow('account must be a path');
    await rejected({ account: '//elsewhere.example' }).toThrow('account must be a path');
    await rejected({ route: '/sessions?' }).toThrow('route must be a path of this application');
    await rejected({ api: 'admin' }).toThrow('api must be a path of this application');
    await rejected({ signOut: undefined }).toThrow('signOut is missing.');
    await rejected({}, []).toThrow('Import SessionIssuerModule');
    await rejected({ pages: join(pages(), 'assets') }).toThrow(
      'The pages of the console are missing',
    );
  });
});

/** Returns the text of a body, which the client may have decompressed already. */
function gunzipped(body: Buffer): string {
  return body[0] === 0x1f ? gunzipSync(body).toString() : body.toString();
}
