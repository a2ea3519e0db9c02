import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { httpAdapters, listen, silent } from '../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { SessionEventsModule } from '../events/session-events.module.js';
import type { Route } from '../guard/test-support/guarded.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SkipCache } from '../roles/skip-cache.decorator.js';
import { SessionModule } from '../session.module.js';
import type { Session } from '../session/session.js';
import { idleKey, sessionKey } from '../store/redis-session.keys.js';
import { SessionStore } from '../store/session.store.js';
import type { ChannelOptions } from './channel.options.js';
import { SessionChannels } from './session-channels.js';
import { SessionChannelsModule } from './session-channels.module.js';
import { OpenedChannel } from './test-support/opened-channel.js';

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

@Controller()
class FeedController {
  @Get('any')
  any(): string {
    return '';
  }

  @Roles('orders')
  @Get('orders')
  orders(): string {
    return '';
  }

  @SkipCache()
  @Get('fresh')
  fresh(): string {
    return '';
  }

  @RequireRecentSignIn('2s')
  @Get('recent')
  recent(): string {
    return '';
  }
}

const ANY: Route = [FeedController, 'any' as never];
const ORDERS: Route = [FeedController, 'orders' as never];
const FRESH: Route = [FeedController, 'fresh' as never];
const RECENT: Route = [FeedController, 'recent' as never];

const ada = { user: { id: 'u-1', username: 'ada' }, roles: ['orders', 'other'] };

/** Service with channels. */
interface Service {
  readonly app: INestApplication;
  readonly channels: SessionChannels;
  readonly store: SessionStore;
  readonly log: KeptSecurityLog;
}

const running: Pick<INestApplication, 'close'>[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function service(
  options: SessionModuleOptions,
  channels: ChannelOptions = {},
  imports: NonNullable<ModuleMetadata['imports']> = [],
): Promise<Service> {
  const log = new KeptSecurityLog();
  const { app } = await listen(express, {
    imports: [
      SessionModule.forRoot({ ...options, securityLog: log }),
      SessionChannelsModule.forRoot(channels),
      ...imports,
    ],
  });
  running.push(app);
  const get = <T>(type: abstract new (...args: never[]) => T) =>
    app.get<T>(type, { strict: false });
  return { app, channels: get(SessionChannels), store: get(SessionStore), log };
}

async function issuer(
  options: SessionModuleOptions,
  absoluteTimeout = '12h',
): Promise<SessionManager> {
  const { app } = await listen(express, {
    imports: [
      SessionModule.forRoot({ ...options, securityLog: new KeptSecurityLog() }),
      SessionIssuerModule.forRoot({
        idleTimeout: absoluteTimeout,
        absoluteTimeout,
        rotationGrace: '1s',
      }),
    ],
  });
  running.push(app);
  return app.get(SessionManager, { strict: false });
}

/** No session is read again in time. */
const SIGNALS_ALONE: ChannelOptions = { closeWithin: '1h' };

describe('open channels', () => {
  const redis = startedRedis();
  const at = () => ({ redis: redis.url });

  // The service has no issuer: every change is made by another process, as far as Redis can tell.
  describe.each<[string, () => Promise<Service>]>([
    ['the events in Redis', () => service(at(), SIGNALS_ALONE)],
    [
      'the invalidations of the near-cache',
      () => service({ ...at(), nearCache: true }, SIGNALS_ALONE),
    ],
    ['SessionEventsModule', () => service(at(), SIGNALS_ALONE, [SessionEventsModule.forRoot({})])],
    [
      'both',
      () => service({ ...at(), nearCache: true }, SIGNALS_ALONE, [SessionEventsModule.forRoot({})]),
    ],
  ])('of a service that receives %s', (_signals, start) => {
    let channels: SessionChannels;
    let manager: SessionManager;
    let log: KeptSecurityLog;

    beforeEach(async () => {
      ({ channels, log } = await start());
      manager = await issuer(at());
      // Until the signals arrive: the connection for them opens in the background.
      await eventually(async () => {
        const { session } = await manager.create(ada);
        const channel = new OpenedChannel(channels, session, ANY);
        await manager.revoke(session.id);
        await delay(50);
        return channel.reason !== null;
      });
      log.events.length = 0;
    });

    async function open(route: Route = ANY) {
      const { session } = await manager.create(ada);
      return { session, channel: new OpenedChannel(channels, session, route) };
    }

    it('end when the user signs out', async () => {
      const { session, channel } = await open();
      const other = await open();

      await manager.revoke(session.id);

      await eventually(() => channel.reason !== null);
      expect(channel.reason).toBe('ERR_SESSION_REQUIRED');
      expect(other.channel.reason).toBeNull();
      expect(channels.size).toBe(1);
      expect(log.events).toEqual([
        {
          event: 'channels.closed',
          outcome: 'success',
          sessionId: session.id,
          userId: 'u-1',
          code: 'ERR_SESSION_REQUIRED',
          channels: 1,
        },
      ]);
    });

    it('end when all sessions of the user are ended', async () => {
      const opened = [await open(), await open(), await open()];

      await manager.revokeAll('u-1');

      await eventually(() => opened.every(({ channel }) => channel.reason !== null));
      expect(channels.size).toBe(0);
    });

    it('end when the session loses the role that the handler requires, and only then', async () => {
      const { session, channel } = await open(ORDERS);
      const other = new OpenedChannel(channels, session, ANY);

      await manager.setRoles('u-1', ['orders']);
      await delay(100);
      expect([channel.reason, other.reason]).toEqual([null, null]);
      await manager.setRoles('u-1', ['other']);

      await eventually(() => channel.reason !== null);
      expect(channel.reason).toBe('ERR_SESSION_ROLE_REQUIRED');
      await delay(100);
      expect(other.reason).toBeNull();
      expect(channels.size).toBe(1);
    });

    it('end when a handler that uses them requires a role that the session loses', async () => {
      const { session } = await manager.create(ada);
      const channel = new OpenedChannel(channels, session, ANY);
      const remove = channel.require(ORDERS);
      const { session: later } = await manager.create(ada);
      const other = new OpenedChannel(channels, later, ANY);
      other.require(ORDERS)();

      await manager.setRoles('u-1', ['other']);

      await eventually(() => channel.reason !== null);
      remove();
      await delay(100);
      expect([channel.reason, other.reason]).toEqual(['ERR_SESSION_ROLE_REQUIRED', null]);
    });

    it('end at once when the token is replaced without a grace', async () => {
      const { session, channel } = await open();

      await manager.rotate(session.id);

      await eventually(() => channel.reason !== null);
      expect(channel.reason).toBe('ERR_SESSION_REQUIRED');
    });

    it('end with the grace of a replaced token', async () => {
      const { session, channel } = await open();
      const fresh = new OpenedChannel(channels, session, FRESH);

      await manager.rotate(session.id, {}, { grace: true });

      // A handler that needs the current token is closed to the replaced token at once.
      await eventually(() => fresh.reason !== null);
      expect([fresh.reason, channel.reason]).toEqual([
        'ERR_SESSION_REAUTHENTICATION_REQUIRED',
        null,
      ]);
      await eventually(() => channel.reason !== null);
      expect(channel.reason).toBe('ERR_SESSION_REQUIRED');
    });

    it('never outlive a logout that races with their opening', async () => {
      const rounds = 100;
      const opened: OpenedChannel[] = [];

      for (let round = 0; round < rounds; round += 1) {
        const { session } = await manager.create(ada);
        const revoked = delay(Math.random() * 3).then(() => manager.revoke(session.id));
        await delay(Math.random() * 3);
        opened.push(new OpenedChannel(channels, session, ANY));
        await revoked;
      }

      await eventually(() => opened.every(({ reason }) => reason !== null));
      expect(channels.size).toBe(0);
    });

    it('are forgotten when they are released', async () => {
      const { session, channel } = await open();
      const second = new OpenedChannel(channels, session, ANY);

      channel.leave();
      expect(channels.size).toBe(1);
      second.leave();
      second.leave();
      await manager.revoke(session.id);
      await delay(100);

      expect(channels.size).toBe(0);
      expect([channel.reason, second.reason]).toEqual([null, null]);
      expect(log.events).toEqual([]);
    });
  });

  describe('of any service', () => {
    let manager: SessionManager;

    beforeEach(async () => {
      manager = await issuer(at());
    });

    it('are closed when their session ended before they were opened', async () => {
      const imports = [SessionModule.forRoot(at()), SessionChannelsModule.forRoot({})];
      // Not initialized, so that neither a signal nor the timer closes the channel.
      const module = await Test.createTestingModule({ imports }).setLogger(silent).compile();
      running.push(module);
      const { session } = await manager.create(ada);
      await manager.revoke(session.id);

      const channel = new OpenedChannel(
        module.get(SessionChannels, { strict: false }),
        session,
        ANY,
      );

      await eventually(() => channel.reason !== null);
      expect(channel.reason).toBe('ERR_SESSION_REQUIRED');
    });

    it('are closed within the limit when every signal is lost', async () => {
      const { channels } = await service(at(), { closeWithin: '5s' });
      const { session } = await manager.create(ada);
      const channel = new OpenedChannel(channels, session, ANY);
      await delay(100);

      // As a Redis does that evicts the record: there is no event.
      await redis.client.del(sessionKey(session.id));

      await eventually(() => channel.reason !== null, 10_000);
      expect(channel.reason).toBe('ERR_SESSION_REQUIRED');
    });

    it('are closed at the absolute timeout', async () => {
      const { channels, store } = await service({ ...at(), nearCache: true });
      const { session } = await (await issuer(at(), '2s')).create(ada);
      const channel = new OpenedChannel(channels, session, ANY);
      const outlasting = await manager.create(ada);
      const other = new OpenedChannel(channels, outlasting.session, ANY);

      await eventually(() => channel.reason !== null, 10_000);

      expect([channel.reason, other.reason]).toEqual(['ERR_SESSION_REQUIRED', null]);
      expect(await store.find(session.id)).toBeNull();
    });

    it('are closed when the sign-in is no longer recent enough for their handler', async () => {
      const { channels } = await service(at(), { closeWithin: '5s' });
      const { session } = await manager.create(ada);
      const channel = new OpenedChannel(channels, session, RECENT);

      await eventually(() => channel.reason !== null, 10_000);

      expect(channel.reason).toBe('ERR_SESSION_REAUTHENTICATION_REQUIRED');
    });

    it('are terminated when the client does not close them', async () => {
      const { channels } = await service(at());
      const { session } = await manager.create(ada);
      const channel = new OpenedChannel(channels, session, ANY, { isStubborn: true });

      channels.end(session.id);

      expect([channel.reason, channel.isTerminated]).toEqual(['ERR_SESSION_REQUIRED', false]);
      expect(channels.size).toBe(1);
      await eventually(() => channel.isTerminated, 10_000);
      expect(channels.size).toBe(0);
    });

    it('close also when the connection of another channel fails to close', async () => {
      const { channels } = await service(at());
      const { session } = await manager.create(ada);
      const broken = new OpenedChannel(channels, session, ANY);
      const channel = new OpenedChannel(channels, session, ANY);
      broken.close = () => {
        throw new Error('broken');
      };

      channels.end(session.id);

      expect(channel.reason).toBe('ERR_SESSION_REQUIRED');
      await eventually(() => broken.isTerminated, 10_000);
    });

    it('do not renew the idle timeout, unless they are set to', async () => {
      const silent = await service({ ...at(), touchInterval: 1 });
      const renewing = await service({ ...at(), touchInterval: 1 }, { renewedBy: 'open' });
      const [one, other] = [await manager.create(ada), await manager.create(ada)];
      for (const { session } of [one, other])
        await redis.client.pexpire(idleKey(session.id), 60_000);
      const silentChannel = new OpenedChannel(silent.channels, one.session, ANY);
      const renewingChannel = new OpenedChannel(renewing.channels, other.session, ANY);

      await eventually(
        async () => (await redis.client.pttl(idleKey(other.session.id))) > 60_000,
        10_000,
      );

      expect(await redis.client.pttl(idleKey(one.session.id))).toBeLessThanOrEqual(60_000);
      expect([silentChannel.reason, renewingChannel.reason]).toEqual([null, null]);
    });
  });

  describe('while Redis is away', () => {
    let path: FaultyProxy;
    let manager: SessionManager;

    beforeEach(async () => {
      path = await FaultyProxy.to(redis.server.port);
      manager = await issuer(at());
    });

    afterEach(() => path.close());

    const settings: [string, Partial<SessionModuleOptions>][] = [
      ['with events', {}],
      ['with the near-cache', { nearCache: true }],
    ];

    async function open(options: Partial<SessionModuleOptions>, limits: ChannelOptions) {
      const { channels } = await service(
        { redis: `redis://127.0.0.1:${path.port}`, ...options },
        limits,
      );
      const opened = [];
      for (let i = 0; i < 3; i += 1) {
        const { session } = await manager.create(ada);
        opened.push({ session, channel: new OpenedChannel(channels, session, ANY) });
      }
      await delay(200);
      return { channels, opened };
    }

    it.each([
      ...settings.map(([name, it]) => [name, 'Redis refuses connections', it] as const),
      ...settings.map(([name, it]) => [name, 'Redis does not answer', it] as const),
    ])('are closed within the limit, %s, when %s', async (_name, outage, options) => {
      const { channels, opened } = await open(options, { closeWithin: '5s' });
      expect(opened.map(({ channel }) => channel.reason)).toEqual([null, null, null]);

      if (outage === 'Redis does not answer') path.loseReplies();
      else await path.refuse();

      await eventually(() => opened.every(({ channel }) => channel.reason !== null), 10_000);
      expect(opened.map(({ channel }) => channel.reason)).toEqual(
        opened.map(() => 'ERR_SESSION_CHANNEL_UNVERIFIED'),
      );
      expect(channels.size).toBe(0);
      if (outage === 'Redis refuses connections') await path.accept();
    });

    it.each(settings)('are verified when Redis is back, %s', async (_name, options) => {
      const { channels, opened } = await open(options, { closeWithin: '1h' });
      const [ended, ...others] = opened as [Opened, Opened, Opened];

      await path.refuse();
      await manager.revoke(ended.session.id);
      await delay(500);
      await path.accept();

      await eventually(() => ended.channel.reason !== null, 10_000);
      expect(ended.channel.reason).toBe('ERR_SESSION_REQUIRED');
      await delay(200);
      expect(others.map(({ channel }) => channel.reason)).toEqual([null, null]);
      expect(channels.size).toBe(2);
    });
  });
});

/** Session and its channel. */
interface Opened {
  readonly session: Session;
  readonly channel: OpenedChannel;
}
