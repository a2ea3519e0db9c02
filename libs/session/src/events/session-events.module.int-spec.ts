import type { TestingModule } from '@nestjs/testing';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { SessionModule } from '../session.module.js';
import { startedRedis } from '../../test-support/started-redis.js';
import type { SessionEvent } from './session-event.js';
import { SessionEvents } from './session-events.js';
import { SessionEventsModule } from './session-events.module.js';
import {
  ada,
  expectCalls,
  from,
  Listener,
  listeningModules,
  types,
} from './test-support/listening-modules.js';

const redis = startedRedis();
const start = listeningModules();
const onRedis = () => SessionModule.forRoot({ client: redis.client });
const issuing = () => SessionIssuerModule.forRoot({});

describe('@OnSessionEvent()', () => {
  it('calls methods for events of this process, on Redis', async () => {
    await expectCalls(await start([onRedis(), issuing()]));
  });

  it('does not call methods for events of other processes', async () => {
    const [app, other] = [await start([onRedis(), issuing()]), await start([onRedis(), issuing()])];

    await from(other, SessionManager).create(ada);

    expect(from(app, Listener).all).toEqual([]);
    expect(from(other, Listener).all).toHaveLength(1);
  });
});

describe('SessionEventsModule', () => {
  /** Creates sessions until the followers receive them: each must first find the end of the log. */
  async function untilFollowing(manager: SessionManager, ...followers: TestingModule[]) {
    await eventually(async () => {
      await manager.create(ada);
      return followers.every((it) => from(it, Listener).all.length > 0);
    });
  }

  it('delivers the events of every process to a service', async () => {
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

  it('continues from the position where the service stopped', async () => {
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

  it('delivers each event once to the issuing app, including its own', async () => {
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
});

describe('SessionEvents', () => {
  it('can be followed from any position', async () => {
    const service = await start([onRedis(), SessionEventsModule.forRoot({})]);
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
