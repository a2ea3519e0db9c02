import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  type INestApplication,
  UseFilters,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  BaseRpcExceptionFilter,
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port.js';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { answerOf, withBearer, withCookie } from '../../test-support/requests.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../token/session-token.js';

/** Filter of the kind that many applications have: it knows nothing of sessions. */
@Catch()
class OwnFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    this.adapterHost.httpAdapter.reply(host.switchToHttp().getResponse(), { oops: true }, status);
  }
}

@Catch()
class OwnRpcFilter extends BaseRpcExceptionFilter {}

@Controller()
class SampleController {
  @Roles('orders')
  @Get('closed')
  closed(): string {
    return 'in';
  }

  @Get('failing')
  failing(): never {
    throw new SessionStoreUnavailableError();
  }

  @UseFilters(OwnFilter)
  @Roles('orders')
  @Get('filtered')
  filtered(): string {
    return 'in';
  }

  @UseFilters(new OwnRpcFilter())
  @Roles('orders')
  @MessagePattern('closed')
  message(): string {
    return 'in';
  }
}

describe.each(httpAdapters)(
  'a denial in an application on %s with its own exception filter',
  (_, makeAdapter) => {
    const store = new MemorySessionStore();
    const log = new KeptSecurityLog();
    let app: INestApplication;
    let url: string;
    let caller: ClientProxy;

    beforeAll(async () => {
      const port = await freePort();
      ({ app, url } = await listen(
        makeAdapter,
        {
          imports: [
            SessionModule.forRoot({ store, securityLog: log, retryAfter: 7 }),
            SessionCallsModule.forRoot({ forwardToken: true }),
          ],
          controllers: [SampleController],
        },
        async (made) => {
          made.useGlobalFilters(new OwnFilter(made.get(HttpAdapterHost)));
          made.connectMicroservice(
            { transport: Transport.TCP, options: { host: '127.0.0.1', port } },
            { inheritAppConfig: true },
          );
          await made.startAllMicroservices();
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

    beforeEach(() => {
      log.events.length = 0;
    });

    afterEach(() => {
      jest.restoreAllMocks();
    });

    async function tokenWith(roles: string[]): Promise<string> {
      const token = createToken();
      await store.insert(sampleSession({ id: sessionIdOf(token), roles }));
      return token;
    }

    const paths = ['/closed', '/filtered'];

    async function answerTo(path: string, init?: RequestInit) {
      log.events.length = 0;
      return answerOf(await fetch(url + path, init));
    }

    it('is 401, asks for a bearer token and is recorded', () =>
      eachRow(paths, async (path) => {
        const { status, headers, body } = await answerTo(path);
        expect({ status, body }).toEqual({ status: 401, body: '{"oops":true}' });
        expect(headers).toMatchObject({
          'www-authenticate': 'Bearer',
          'cache-control': 'no-store',
        });
        expect(log.events).toMatchObject([{ event: 'session.denied', reason: 'anonymous' }]);
      }));

    it('is 403 without the role, and is recorded', () =>
      eachRow(paths, async (path) => {
        const { status } = await answerTo(path, withCookie(await tokenWith([])));
        expect(status).toBe(403);
        expect(log.events).toMatchObject([{ event: 'session.denied', reason: 'role' }]);
      }));

    it('is 400 with two tokens, and is recorded', () =>
      eachRow(paths, async (path) => {
        const headers = {
          ...withCookie(createToken()).headers,
          ...withBearer(createToken()).headers,
        };
        expect((await answerTo(path, { headers })).status).toBe(400);
        expect(log.events).toMatchObject([{ event: 'token.ambiguous' }]);
      }));

    it('is 503 with Retry-After while the store is unavailable, and is recorded', async () => {
      const token = await tokenWith(['orders']);
      jest.spyOn(store, 'find').mockRejectedValue(new SessionStoreUnavailableError());
      const { status, headers } = await answerTo('/closed', withCookie(token));
      expect(status).toBe(503);
      expect(headers).toMatchObject({ 'retry-after': '7', 'cache-control': 'no-store' });
      expect(log.events).toMatchObject([{ event: 'store.unavailable' }]);
    });

    it('is 503 when a handler needs an unavailable store', async () => {
      expect((await answerTo('/failing', withCookie(await tokenWith([])))).status).toBe(503);
    });

    it('of a message keeps its code and is recorded', async () => {
      const answer = firstValueFrom(caller.send<unknown>('closed', {}));
      await expect(answer).rejects.toMatchObject({ status: 'error', code: 'ERR_SESSION_REQUIRED' });
      expect(log.events).toMatchObject([{ event: 'session.denied', door: 'rpc' }]);
    });
  },
);
