import { eventually } from '../../../../tools/testing/eventually.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { drivers } from './test-support/drivers.js';
import { GraphqlShop } from './test-support/graphql-shop.js';
import { GraphqlSocket } from './test-support/graphql-socket.js';

describe('a connection for subscriptions, with sessions in Redis', () => {
  const redis = startedRedis();
  const [[, apollo]] = drivers as [(typeof drivers)[0]];
  let here: GraphqlShop;
  let there: GraphqlShop;

  beforeAll(async () => {
    here = await GraphqlShop.start(apollo, { session: { redis: redis.url } });
    there = await GraphqlShop.start(apollo, { session: { redis: redis.url } });
  });

  afterAll(() => Promise.all([here.app.close(), there.app.close()]));

  it.each([
    ['is revoked', 4401, (id: string) => there.manager.revoke(id)],
    ['is rotated without grace', 4401, (id: string) => there.manager.rotate(id)],
    ['loses the role', 4403, () => there.manager.setRoles('u-1', ['other'])],
  ])('is closed when its session %s by another instance', async (_what, code, act) => {
    const { bearer, session } = await here.signIn(['orders', 'other']);
    const socket = new GraphqlSocket(here.url, bearer);
    const operation = socket.run('subscription { ticks }');
    await eventually(() => operation.events.length > 0);

    await act(session.id);

    expect((await socket.closed()).code).toBe(code);
    await eventually(() => here.channels.size === 0 && here.events.running === 0);
  });

  it('reads the session once for the fields of a query', async () => {
    const { bearer } = await here.signIn(['orders']);
    await here.send('{ me }', bearer);
    const before = await commands();
    const fields = Array.from({ length: 20 }, (_, index) => `f${String(index)}: me`).join(' ');

    expect((await here.send(`{ ${fields} }`, bearer)).errors).toEqual([]);

    expect((await commands()) - before).toBeLessThanOrEqual(1);
  });

  /** Number of reads of sessions that Redis has answered. */
  async function commands(): Promise<number> {
    const info = await redis.client.info('commandstats');
    const calls = [...info.matchAll(/cmdstat_(?:get|mget):calls=(\d+)/g)];
    return calls.reduce((sum, [, count]) => sum + Number(count), 0);
  }
});
