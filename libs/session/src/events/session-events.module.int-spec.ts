import { Controller, Injectable, Logger, Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { eventually } from '../../../../tools/testing/eventually';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { type NewSession, SessionManager } from '../issuer/session.manager';
import { SessionModule } from '../session.module';
import { MemorySessionStore } from '../store/memory-session.store';
import { silent } from '../testing/http-adapters';
import { startedRedis } from '../testing/started-redis';
import { OnSessionEvent } from './on-session-event.decorator';
import type { SessionEvent } from './session-event';
import { SessionEvents } from './session-events';
import { SessionEventsModule } from './session-events.module';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: [] };

@Injectable()
class Listener {
  readonly all: SessionEvent[] = [];
  readonly ends: string[] = [];
  readonly turns: string[] = [];

  @OnSessionEvent()
  onAny(event: SessionEvent): void {
    this.all.push(event);
  }

  @OnSessionEvent('revoked', 'expired')
  onEnd({ type }: SessionEvent): void {
    this.ends.push(type);
  }

  @OnSessionEvent('created', 'revoked')
  async onTurn({ type }: SessionEvent): Promise<void> {
    this.turns.push(`${type} begins`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    this.turns.push(`${type} ends`);
  }

  @OnSessionEvent()
  onTrouble(): void {
    throw new Error('a handler that fails');
  }
}

@Controller()
class ListeningController {
  readonly created: string[] = [];

  @OnSessionEvent('created')
  async onCreated({ userId }: SessionEvent): Promise<void> {
    await Promise.resolve();
    this.created.push(userId);
    throw new Error('another that fails');
  }
}

const redis = startedRedis();
const modules: TestingModule[] = [];

afterEach(async () => {
  for (const module of modules.splice(0)) await module.close();
  jest.restoreAllMocks();
});

async function start(imports: Parameters<typeof Test.createTestingModule>[0]['imports'] = []) {
  const module = await Test.createTestingModule({
    imports,
    providers: [Listener],
    controllers: [ListeningController],
  })
    .setLogger(silent)
    .compile();
  await module.init();
  modules.push(module);
  return module;
}

const onRedis = () => SessionModule.forRoot({ client: redis.client });
const issuing = () => SessionIssuerModule.forRoot({});
const from = <T>(module: TestingModule, type: Type<T>) => module.get(type, { strict: false });
const types = (events: SessionEvent[]) => events.map(({ type }) => type);

describe('@OnSessionEvent()', () => {
  it.each([
    ['Redis', onRedis],
    ['memory', () => SessionModule.forRoot({ store: new MemorySessionStore() })],
  ])('has methods called with what this process does, on %s', async (_, sessions) => {
    const app = await start([sessions(), issuing()]);
    const manager = from(app, SessionManager);
    const { session } = await manager.create(ada);
    await manager.revoke(session.id);

    const listener = from(app, Listener);
    expect(types(listener.all)).toEqual(['created', 'revoked']);
    expect(listener.ends).toEqual(['revoked']);
    expect(from(app, ListeningController).created).toEqual(['u-1']);
    await eventually(() => listener.turns.length === 4);
    expect(listener.turns).toEqual([
      'created begins',
      'created ends',
      'revoked begins',
      'revoked ends',
    ]);
  });

  it('tells nothing of what other processes do', async () => {
    const [app, other] = [await start([onRedis(), issuing()]), await start([onRedis(), issuing()])];

    await from(other, SessionManager).create(ada);

    expect(from(app, Listener).all).toEqual([]);
    expect(from(other, Listener).all).toHaveLength(1);
  });

  it('gives events that no handler can change', async () => {
    const app = await start([onRedis(), issuing()]);
    await from(app, SessionManager).create(ada);

    const [event] = from(app, Listener).all;
    expect(Object.isFrozen(event)).toBe(true);
  });

  it('has the log say which method has thrown, on what and why', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const manager = from(await start([onRedis(), issuing()]), SessionManager);
    const { session } = await manager.create(ada);
    await manager.revoke(session.id);

    await eventually(() => errors.mock.calls.length === 3);
    expect(errors.mock.calls.flat().sort()).toEqual([
      "Listener.onTrouble failed on 'created': a handler that fails",
      "Listener.onTrouble failed on 'revoked': a handler that fails",
      "ListeningController.onCreated failed on 'created': another that fails",
    ]);
  });
});

describe('SessionEventsModule', () => {
  /** Events that come before a follower has found the end of the log are none of its. */
  async function untilFollowing(manager: SessionManager, ...followers: TestingModule[]) {
    await eventually(async () => {
      await manager.create(ada);
      return followers.every((it) => from(it, Listener).all.length > 0);
    });
  }

  it('has a service see what every process does', async () => {
    const issuers = [await start([onRedis(), issuing()]), await start([onRedis(), issuing()])];
    const service = await start([onRedis(), SessionEventsModule.forRoot({})]);
    const [one, other] = issuers.map((it) => from(it, SessionManager)) as [
      SessionManager,
      SessionManager,
    ];
    await untilFollowing(one, service);

    const { session } = await one.create(ada);
    await other.revoke(session.id, { reason: 'signed-out' });

    const { all } = from(service, Listener);
    await eventually(() => all.at(-1)?.type === 'revoked');
    expect(all.slice(-2)).toMatchObject([
      { type: 'created', sessionId: session.id },
      { type: 'revoked', sessionId: session.id, reason: 'signed-out' },
    ]);
  });

  it('goes on from where the service has left off', async () => {
    const manager = from(await start([onRedis(), issuing()]), SessionManager);
    const service = await start([onRedis(), SessionEventsModule.forRoot({ after: '0-0' })]);
    const { session } = await manager.create(ada);
    const { all } = from(service, Listener);
    await eventually(() => all.length === 1);
    const after = all[0]?.position;
    await service.close();

    await manager.revoke(session.id);
    const back = await start([
      onRedis(),
      SessionEventsModule.forRootAsync({ useFactory: () => Promise.resolve({ after }) }),
    ]);

    await eventually(() => from(back, Listener).all.length > 0);
    expect(types(from(back, Listener).all)).toEqual(['revoked']);
  });

  it('has the issuing app see each event once, its own included', async () => {
    const issuer = await start([onRedis(), issuing(), SessionEventsModule.forRoot({})]);
    const other = from(await start([onRedis(), issuing()]), SessionManager);
    const own = from(issuer, SessionManager);
    await untilFollowing(own, issuer);
    const { all } = from(issuer, Listener);

    const { session } = await own.create(ada);
    await other.revoke(session.id);

    await eventually(() => all.at(-1)?.type === 'revoked');
    const ofSession = all.filter(({ sessionId }) => sessionId === session.id);
    expect(types(ofSession)).toEqual(['created', 'revoked']);
  });

  it('refuses to start from what is no position', async () => {
    await expect(
      start([onRedis(), SessionEventsModule.forRoot({ after: 'yesterday' })]),
    ).rejects.toThrow(/'yesterday' is no position/);
  });
});

describe('SessionEvents', () => {
  it('can be injected into any service, and followed', async () => {
    @Module({})
    class Empty {}
    const service = await start([onRedis(), Empty]);
    const manager = from(await start([onRedis(), issuing()]), SessionManager);
    const followed: SessionEvent[] = [];
    const subscription = from(service, SessionEvents)
      .after('0-0')
      .subscribe((event) => followed.push(event));

    await manager.create(ada);

    await eventually(() => followed.length === 1);
    subscription.unsubscribe();
  });
});
