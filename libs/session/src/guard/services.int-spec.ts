import { Controller, Get, type INestApplication } from '@nestjs/common';
import { CALL_HEADER } from '../token/token-headers';
import { CallKeys } from '../calls/call.options';
import { CallTokens } from '../calls/call-tokens';
import { CurrentCaller } from './current-caller.decorator';
import { SessionModule } from '../session.module';
import { MemorySessionStore } from '../store/memory-session.store';
import { httpAdapters, listen } from '../testing/http-adapters';
import { withBearer } from '../testing/requests';
import { sampleSession } from '../testing/sample-session';
import { createToken, sessionIdOf } from '../token/session-token';
import { AllowServices } from '../roles/allow-services.decorator';
import { ServicesOnly } from '../roles/services-only.decorator';

const secret = 'a secret of the tests, with more than 32 bytes';

@AllowServices('reports')
@Controller()
class SampleController {
  @Get('named')
  named(@CurrentCaller() caller: string): string {
    return caller;
  }

  @AllowServices()
  @Get('any')
  any(@CurrentCaller() caller?: string): string {
    return caller ?? 'nobody';
  }

  @AllowServices()
  @ServicesOnly()
  @Get('only')
  only(@CurrentCaller() caller: string): string {
    return caller;
  }

  @ServicesOnly()
  @Get('only-named')
  onlyNamed(@CurrentCaller() caller: string): string {
    return caller;
  }
}

describe('@AllowServices()', () => {
  it('does not compile with a list that may be empty', () => {
    const none: string[] = [];
    // @ts-expect-error -- it would let every service in
    const decorator = AllowServices(...none);

    expect(decorator).toBeDefined();
  });
});

describe.each(httpAdapters)('routes for services on %s', (_, makeAdapter) => {
  const store = new MemorySessionStore();
  const token = createToken();
  const id = sessionIdOf(token);
  const touch = jest.spyOn(store, 'touch');
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ({ app, url } = await listen(makeAdapter, {
      imports: [SessionModule.forRoot({ store, service: 'auth', calls: { secret } })],
      controllers: [SampleController],
    }));
    await store.insert(sampleSession({ id }));
  });

  beforeEach(() => {
    touch.mockClear();
  });

  afterAll(() => app.close());

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/${path}`, { headers });
    return response.ok ? response.text() : response.status;
  };
  const from = (service: string, reference: string | null = null) => {
    const tokens = new CallTokens(service, new CallKeys({ secret }));
    return { [CALL_HEADER]: tokens.sign('auth', reference) };
  };

  it('let those in that are named, and no other', async () => {
    expect(await get('named', from('reports'))).toBe('reports');
    expect(await get('named', from('orders'))).toBe(403);
    expect(await get('only-named', from('reports'))).toBe('reports');
    expect(await get('only-named', from('orders'))).toBe(403);
  });

  it('let every service in where none is named', async () => {
    expect(await get('any', from('orders'))).toBe('orders');
    expect(await get('only', from('reports'))).toBe('reports');
  });

  it('are closed to who proves nothing', async () => {
    const forged = { [CALL_HEADER]: `${from('orders')[CALL_HEADER]}x` };

    expect(await get('any')).toBe(401);
    expect(await get('any', forged)).toBe(401);
    expect(await get('only')).toBe(401);
  });

  it('let users in beside them', async () => {
    expect(await get('any', withBearer(token).headers)).toBe('nobody');
    expect(await get('any', from('orders', id))).toBe('orders');
  });

  it('keep users out where they are for services only, which changes nothing', async () => {
    expect(await get('only', withBearer(token).headers)).toBe(403);
    expect(await get('only', from('orders', id))).toBe(403);

    expect(touch).not.toHaveBeenCalled();
  });
});
