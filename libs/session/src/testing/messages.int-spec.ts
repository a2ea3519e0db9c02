import { Controller, Module } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { CurrentUser } from '../guard/current-user.decorator.js';
import type { SessionUser } from '../session/session-types.js';
import { SessionModule } from '../session.module.js';
import { failStore } from './fail-store.js';
import { SessionTestingModule } from './session-testing.module.js';
import { signInAs } from './sign-in-as.js';
import { testedApps } from './test-support/tested-apps.js';

@Controller()
class MessagesController {
  @MessagePattern('greet')
  greet(@Payload() data: unknown, @CurrentUser() { username }: SessionUser) {
    return { data, username };
  }
}

@Module({ controllers: [MessagesController] })
class MessagesModule {}

describe('a message of a signed-in user over TCP', () => {
  const start = testedApps();
  const clients: ClientProxy[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  async function open(options: { tokenFrom?: 'cookie' }, calls: { secret?: string }) {
    const app = await start([
      MessagesModule,
      SessionModule.forRoot({ service: 'orders', requiredRole: 'orders', ...options }),
      SessionCallsModule.forRoot(calls.secret === undefined ? { forwardToken: true } : calls),
      SessionTestingModule.forRoot(),
    ]);
    const address = { host: '127.0.0.1', port: await freePort() };
    app.connectMicroservice(
      { transport: Transport.TCP, options: address },
      { inheritAppConfig: true },
    );
    await app.startAllMicroservices();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: address });
    clients.push(client);
    const greet = (message: unknown) => firstValueFrom(client.send<unknown>('greet', message));
    return { app, greet };
  }

  it.each([
    ['forwards tokens', {}],
    ['signs calls', { secret: 'a secret that all services know, of 32 bytes or more' }],
  ])('reaches the handler of a service that %s', async (_, calls) => {
    const { app, greet } = await open({}, calls);
    const carol = await signInAs(app, { roles: ['orders'], user: { username: 'carol' } });

    expect(await greet(carol.message({ page: 1 }))).toEqual({
      data: { page: 1 },
      username: 'carol',
    });
    await expect(greet({ page: 1 })).rejects.toMatchObject({ code: 'ERR_SESSION_REQUIRED' });
    const visitor = await signInAs(app);
    await expect(greet(visitor.message({}))).rejects.toMatchObject({
      code: 'ERR_SESSION_ROLE_REQUIRED',
    });
    const restore = failStore(app);
    await expect(greet(carol.message({}))).rejects.toMatchObject({
      code: 'ERR_SESSION_STORE_UNAVAILABLE',
    });
    restore();
    await carol.revoke();
    await expect(greet(carol.message({}))).rejects.toMatchObject({ code: 'ERR_SESSION_REQUIRED' });
  });

  it('is refused where the application reads no bearer token', async () => {
    const { app } = await open({ tokenFrom: 'cookie' }, {});
    const carol = await signInAs(app, { roles: ['orders'] });
    expect(() => carol.message({})).toThrow(/'tokenFrom' of SessionModule is 'cookie'/);
  });
});
