import { Controller, Get, Logger } from '@nestjs/common';
import { AllowServices } from '../roles/allow-services.decorator.js';
import { ServicesOnly } from '../roles/services-only.decorator.js';
import { withBearer } from '../../test-support/requests.js';
import { sessionIdOf } from '../token/session-token.js';
import { CurrentCaller } from './current-caller.decorator.js';
import { Guarded, httpRequest, SECRET, signedCall } from './test-support/guarded.js';

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

@Controller()
class PlainController {
  @Get('plain')
  plain(): string {
    return 'in';
  }
}

describe('@AllowServices()', () => {
  it('does not compile with a list that may be empty', () => {
    const none: string[] = [];
    // @ts-expect-error -- it would authorize every service
    const decorator = AllowServices(...none);

    expect(decorator).toBeDefined();
  });
});

describe('routes for services', () => {
  const guarded = new Guarded({ service: 'auth', calls: { secret: SECRET } });
  const touch = jest.spyOn(guarded.store, 'touch');

  beforeEach(() => {
    touch.mockClear();
  });

  type Handler = 'named' | 'any' | 'only' | 'onlyNamed';

  const ask = async (handler: Handler, headers: Record<string, string> = {}) => {
    const context = httpRequest([SampleController, handler], { headers });
    const status = await guarded.statusOf(context);
    return status === 200 ? guarded.handle(context) : status;
  };
  const from = (service: string, reference: string | null = null) =>
    signedCall(service, 'auth', reference);

  it('admit the named services only', async () => {
    expect(await ask('named', from('reports'))).toBe('reports');
    expect(await ask('named', from('orders'))).toBe(403);
    expect(await ask('onlyNamed', from('reports'))).toBe('reports');
    expect(await ask('onlyNamed', from('orders'))).toBe(403);
  });

  it('admit every service if none is named', async () => {
    expect(await ask('any', from('orders'))).toBe('orders');
    expect(await ask('only', from('reports'))).toBe('reports');
  });

  it('reject requests without valid credentials', async () => {
    // A forged call is logged for the operator.
    const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const forged = { 'x-session-call': `${from('orders')['x-session-call']}x` };

    expect(await ask('any')).toBe(401);
    expect(await ask('any', forged)).toBe(401);
    expect(await ask('only')).toBe(401);
    expect(error).toHaveBeenCalledTimes(1);
    error.mockRestore();
  });

  it('admit users as well', async () => {
    const token = await guarded.signIn();

    expect(await ask('any', withBearer(token).headers)).toBe('nobody');
    expect(await ask('any', from('orders', sessionIdOf(token)))).toBe('orders');
  });

  it('reject users with @ServicesOnly(), and renew nothing', async () => {
    const token = await guarded.signIn();

    expect(await ask('only', withBearer(token).headers)).toBe(403);
    expect(await ask('only', from('orders', sessionIdOf(token)))).toBe(403);

    expect(touch).not.toHaveBeenCalled();
  });

  it('name the caller and its session in a denial', async () => {
    const id = sessionIdOf(await guarded.signIn());
    const denialOf = (headers: Record<string, string>) =>
      guarded.denialOf(httpRequest([SampleController, 'onlyNamed'], { headers }));

    const itself = await denialOf(from('orders'));
    expect(itself?.code).toBe('ERR_SESSION_ROLE_REQUIRED');
    expect(itself?.who).toEqual({ caller: 'orders' });
    expect((await denialOf(from('orders', id)))?.who).toMatchObject({
      session: { id },
      caller: 'orders',
    });
  });

  it('reject a call on behalf of an ended or unknown session', async () => {
    const id = sessionIdOf(await guarded.signIn());
    await guarded.store.remove(id);

    expect(await ask('any', from('orders', id))).toBe(401);
    expect(await ask('any', from('orders', 'session'))).toBe(401);
  });

  it('are the only routes that a service can call on its own behalf', async () => {
    const ask = (headers: Record<string, string>) =>
      guarded.statusOf(httpRequest([PlainController, 'plain'], { headers }));

    expect(await ask(from('reports'))).toBe(403);
    expect(await ask(from('reports', sessionIdOf(await guarded.signIn())))).toBe(200);
  });
});
