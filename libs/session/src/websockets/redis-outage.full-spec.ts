import { patiently } from '../../../../tools/redis/patience.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { ownRedis } from '../store/test-support/own-redis.js';
import { type LiveClient, openLiveClient } from './test-support/live-client.js';
import { LiveInstance } from './test-support/live-instance.js';
import { type LiveUser, LiveUsers } from './test-support/live-users.js';

const SOCKETS = 1_000;

/** Handshakes and sign-ins in progress. */
const AT_ONCE = 50;

/** Limit of the reads for each session, from the return of Redis until all sessions have been read again. */
const READS_PER_SESSION = 3;

describe.each([
  ['session events', false],
  ['the near-cache', true],
])('1,000 open sockets of an instance with %s', (_signals, nearCache) => {
  const redis = ownRedis();
  let way: FaultyProxy;
  let instance: LiveInstance;
  let users: LiveUsers;
  let signedIn: LiveUser[];
  let clients: LiveClient[];

  async function open(closeWithin: string): Promise<void> {
    way = await FaultyProxy.to(redis.server.port);
    users = new LiveUsers(redis.client);
    instance = await LiveInstance.start({
      adapter: 'ws',
      session: { redis: patiently(`redis://127.0.0.1:${way.port}`), nearCache },
      channels: { closeWithin },
    });
    signedIn = [];
    clients = [];
    const openNext = async () => {
      while (signedIn.length < SOCKETS) {
        const at = signedIn.push(undefined as never) - 1;
        const user = await users.signIn('orders');
        signedIn[at] = user;
        clients.push(await openLiveClient('ws', instance.url, user.headers));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, openNext));
  }

  afterEach(async () => {
    for (const client of clients) client.close();
    await instance.close();
    await way.close();
  });

  const areAllClosed = () => clients.every(({ isOpen }) => !isOpen) && instance.channels.size === 0;

  /** Number of sessions that Redis has read since the last reset of its statistics. */
  const reads = async () =>
    Number(/^cmdstat_get:calls=(\d+)/m.exec(await redis.client.info('commandstats'))?.[1] ?? 0);

  it('stay open when Redis returns in time, without a storm of reads', async () => {
    await open('1m');
    await way.refuse();
    // Each session is due for a read while Redis is away.
    instance.channels.verifyAll();
    // Sessions that end unnoticed, because their signals are lost.
    const ended = signedIn.slice(0, SOCKETS / 10);
    await Promise.all(ended.map(({ sessionId }) => users.manager.revoke(sessionId)));
    expect(clients.filter(({ isOpen }) => isOpen)).toHaveLength(SOCKETS);

    await redis.client.config('RESETSTAT');
    await way.accept();
    const left = SOCKETS - ended.length;
    await eventually(
      async () => instance.channels.size === left && (await reads()) >= left,
      60_000,
    );

    expect(await reads()).toBeLessThanOrEqual(READS_PER_SESSION * SOCKETS);
    await eventually(() => clients.filter(({ isOpen }) => !isOpen).length === ended.length);
    await Promise.all(
      signedIn.slice(ended.length).map(({ sessionId }) => users.manager.revoke(sessionId)),
    );
    await eventually(areAllClosed);
  });

  it('are closed when Redis stays away, and open again when it is back', async () => {
    await open('5s');
    await way.refuse();
    await eventually(areAllClosed);
    const codes = instance.log.events
      .filter(({ event }) => event === 'channels.closed')
      .map((event) => (event as { code?: unknown }).code);
    expect(codes).toHaveLength(SOCKETS);
    expect(new Set(codes)).toEqual(new Set(['ERR_SESSION_CHANNEL_UNVERIFIED']));

    await way.accept();

    const [user] = signedIn;
    await eventually(async () => {
      try {
        clients.push(await openLiveClient('ws', instance.url, user?.headers ?? {}));
        return true;
      } catch {
        return false;
      }
    });
  });
});
