import { Redis } from 'ioredis';
import { eventually } from '../../../tools/testing/eventually.js';
import { SessionEvents } from './events/session-events.js';
import { SessionEventsModule } from './events/session-events.module.js';
import { SessionIdentityModule } from './gateway/session-identity.module.js';
import { SessionIssuerModule } from './issuer/session-issuer.module.js';
import { SessionManager } from './issuer/session.manager.js';
import { SessionModule } from './session.module.js';
import { safeRedisOptions, whenReady } from './store/redis-client.js';
import { httpAdapters, listen } from '../test-support/http-adapters.js';
import { startedRedis } from '../test-support/started-redis.js';
import { nearCacheCountersOf } from '../test-support/near-cache-counters.js';

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

describe('a client shared by several applications in turn', () => {
  const redis = startedRedis();

  it('keeps no listener and no connection of a closed application', async () => {
    const client = new Redis(safeRedisOptions({ port: redis.server.port }));
    client.on('error', () => undefined);
    await whenReady(client, 5_000);
    const listeners = () =>
      JSON.stringify(client.eventNames().map((name) => [name, client.listenerCount(name)]));
    const connections = async () =>
      String(await redis.client.client('LIST'))
        .trim()
        .split('\n').length;
    const before = { listeners: listeners(), connections: await connections() };

    for (let i = 0; i < 3; i += 1) {
      const { app } = await listen(express, {
        imports: [
          SessionModule.forRoot({ client, service: 'orders', nearCache: true }),
          SessionIssuerModule.forRoot({ services: ['orders'] }),
          SessionEventsModule.forRoot({}),
          SessionIdentityModule.forRoot({}),
        ],
      });
      const seen: string[] = [];
      app
        .get(SessionEvents, { strict: false })
        .after('0-0')
        .subscribe(({ type }) => seen.push(type));
      const manager = app.get(SessionManager, { strict: false });
      await manager.create({ user: { id: 'u-1', username: 'ada' }, roles: [] });
      await eventually(() => seen.length > 0);
      const nearCache = nearCacheCountersOf(app);
      await eventually(() => nearCache.isLinkUp);
      await app.close();
    }

    await eventually(() => listeners() === before.listeners);
    await eventually(async () => (await connections()) === before.connections);
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });
});
