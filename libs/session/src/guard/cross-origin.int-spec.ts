import {
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  Post,
} from '@nestjs/common';
import type { CsrfOptions } from '../options/csrf.options.js';
import { Public } from '../roles/public.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { withBearer, withCookie } from '../../test-support/requests.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import type { TokenRequest } from '../token/token-headers.js';
import { SessionGuard } from './session.guard.js';

@Controller()
class SampleController {
  @Get()
  read(): string {
    return 'in';
  }

  @Post()
  write(): string {
    return 'in';
  }

  @Public()
  @Post('public')
  open(): string {
    return 'in';
  }
}

/** Guard of an application that reads only headers. */
@Injectable()
class HeadersGuard extends SessionGuard {
  protected override requestOf(context: ExecutionContext): TokenRequest | null {
    const request = super.requestOf(context);
    return request && { headers: { ...request.headers } };
  }
}

const FOREIGN = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

describe.each(httpAdapters)(
  'cross-origin protection by the library alone, on %s',
  (_, makeAdapter) => {
    const store = new MemorySessionStore();
    const log = new KeptSecurityLog();
    const token = createToken();
    const apps: INestApplication[] = [];

    beforeAll(() => store.insert(sampleSession({ id: sessionIdOf(token) })));

    afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

    async function serve(csrf?: CsrfOptions | false, guard?: typeof SessionGuard) {
      const { app, url } = await listen(makeAdapter, {
        imports: [SessionModule.forRoot({ store, securityLog: log, csrf, guard })],
        controllers: [SampleController],
      });
      apps.push(app);
      return (method: string, headers: Record<string, string>, path = '/') =>
        fetch(url + path, { method, headers });
    }

    const cookie = withCookie(token).headers;
    const bearer = withBearer(token).headers;

    it('rejects a state change with a cookie, and records it', async () => {
      const ask = await serve();
      const answer = await ask('POST', { ...cookie, ...FOREIGN });

      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'ERR_SESSION_CROSS_ORIGIN' });
      expect(log.events.at(-1)).toMatchObject({ event: 'session.denied', reason: 'cross-origin' });
      expect((await ask('POST', { ...cookie, ...FOREIGN }, '/public')).status).toBe(403);
    });

    it('rejects a state change also with a guard that passes on only headers', async () => {
      const ask = await serve(undefined, HeadersGuard);

      expect((await ask('POST', { ...cookie, ...FOREIGN })).status).toBe(403);
      expect((await ask('POST', cookie)).status).toBe(201);
      expect((await ask('GET', { ...cookie, ...FOREIGN })).status).toBe(200);
    });

    it('does not apply to safe methods or requests without a cookie', async () => {
      const ask = await serve();

      expect((await ask('GET', { ...cookie, ...FOREIGN })).status).toBe(200);
      expect((await ask('POST', { ...bearer, ...FOREIGN })).status).toBe(201);
      expect((await ask('POST', FOREIGN)).status).toBe(401);
      expect((await ask('POST', FOREIGN, '/public')).status).toBe(201);
    });

    it('does not apply to the own origin or to clients other than browsers', async () => {
      const ask = await serve();

      expect((await ask('POST', { ...cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
      expect((await ask('POST', cookie)).status).toBe(201);
    });

    it('does not apply to trusted origins, or when it is off', async () => {
      const trusting = await serve({ trustedOrigins: ['https://evil.example'] });
      expect((await trusting('POST', { ...cookie, ...FOREIGN })).status).toBe(201);

      const open = await serve(false);
      expect((await open('POST', { ...cookie, ...FOREIGN })).status).toBe(201);
    });
  },
);
