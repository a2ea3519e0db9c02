import { eventually } from '../../../../tools/testing/eventually';
import { MemorySessionEventLog } from '../events/memory-session-event.log';
import { RedisSessionEventLog } from '../events/redis-session-event.log';
import type { SessionEvent } from '../events/session-event';
import type { SessionEventLog } from '../events/session-event.log';
import { SessionEvents } from '../events/session-events';
import type { IssuerSessionStore } from '../store/issuer-session.store';
import { MemorySessionStore } from '../store/memory-session.store';
import { RedisIssuerSessionStore } from '../store/redis-issuer-session.store';
import { RedisSessionStore } from '../store/redis-session.store';
import { NO_SECURITY_LOG } from '../audit/no-security.log';
import { SessionCounters } from '../store/session-counters';
import { keysWithoutExpiry } from '../testing/key-space';
import { managerOf } from '../testing/manager-of';
import { startedRedis } from '../testing/started-redis';
import { ExpiryWatch } from './expiry-watch';
import { SessionEventRecorder } from './session-event.recorder';
import { type SessionIssuerModuleOptions, SessionIssuerOptions } from './session-issuer.options';
import { type NewSession, SessionManager } from './session.manager';

const ada: NewSession = {
  user: { id: 'u-1', username: 'ada' },
  roles: ['orders'],
  userAgent: 'Browser/1.0',
  ip: '192.0.2.7',
};

/** Long enough to look at a session in its grace, short enough to wait for. Milliseconds. */
const SHORT = 300;

const redis = startedRedis();

const grounds: [name: string, open: () => [IssuerSessionStore, SessionEventLog]][] = [
  [
    'Redis',
    () => [new RedisIssuerSessionStore(redis.client), new RedisSessionEventLog(redis.client)],
  ],
  ['memory', () => [new MemorySessionStore(), new MemorySessionEventLog()]],
];

describe.each(grounds)('a rotation with a grace on %s', (_, open) => {
  let store: IssuerSessionStore;
  let manager: SessionManager;
  let watch: ExpiryWatch;
  let told: SessionEvent[];

  beforeEach(() => {
    begin();
  });

  function begin(given: SessionIssuerModuleOptions = {}): void {
    const [opened, log] = open();
    store = opened;
    told = [];
    const events = new SessionEvents(log);
    events.all.subscribe((event) => told.push(event));
    const options = new SessionIssuerOptions(given);
    const recorder = new SessionEventRecorder(
      log,
      events,
      new SessionCounters(),
      options,
      NO_SECURITY_LOG,
    );
    manager = new SessionManager(store, options, recorder);
    watch = new ExpiryWatch(store, log, recorder);
  }

  async function rotate(id: string): Promise<string> {
    const rotated = await manager.rotate(id, { reason: 'reauthenticated' }, { grace: true });
    if (rotated === null) throw new Error('nothing to rotate');
    return rotated.session.id;
  }

  /** A session that was rotated: the ids of before and after. */
  async function rotated(): Promise<[before: string, after: string]> {
    const { session } = await manager.create(ada);
    return [session.id, await rotate(session.id)];
  }

  async function areThere(...ids: string[]): Promise<boolean[]> {
    const found = await Promise.all(ids.map((id) => manager.find(id)));
    return found.map((it) => it !== null);
  }

  const listed = async () => (await manager.listByUser('u-1')).map(({ session }) => session.id);

  it('ties the two sessions to each other', async () => {
    const [before, after] = await rotated();

    expect((await manager.find(before))?.session).toMatchObject({
      supersededBy: after,
      supersedes: null,
    });
    expect((await manager.find(after))?.session).toMatchObject({
      supersededBy: null,
      supersedes: before,
    });
  });

  it('keeps the end, and takes the time, the browser and the address of now', async () => {
    const { session } = await manager.create(ada);
    await eventually(() => Date.now() > session.authenticatedAt);

    const issued = await manager.rotate(
      session.id,
      {},
      { grace: true, userAgent: 'Browser/2.0', ip: '198.51.100.4' },
    );

    const { absoluteExpiresAt, createdAt, idleTimeout, roles } = session;
    const found = (await manager.find(issued?.session.id ?? ''))?.session;
    expect(found).toMatchObject({ absoluteExpiresAt, createdAt, idleTimeout, roles });
    expect(found).toMatchObject({ userAgent: 'Browser/2.0', ip: '198.51.100.4' });
    expect(found?.authenticatedAt).toBeGreaterThan(session.authenticatedAt);
  });

  it('keeps browser and address where none are given, and cuts a browser that is too long', async () => {
    const { session } = await manager.create(ada);
    const kept = await manager.rotate(session.id);
    expect(kept?.session).toMatchObject({ userAgent: 'Browser/1.0', ip: '192.0.2.7' });

    const cut = await manager.rotate(kept?.session.id ?? '', {}, { userAgent: 'x'.repeat(1_000) });
    expect(cut?.session.userAgent).toHaveLength(256);
  });

  it('ends the old session without fail once the grace is over', async () => {
    begin({ rotationGrace: SHORT });
    const [before, after] = await rotated();

    await eventually(async () => !(await areThere(before))[0]);

    expect(await areThere(after)).toEqual([true]);
    expect(await listed()).toEqual([after]);
  });

  it('ends the old session at once where the grace is none, or none was asked for', async () => {
    const { session } = await manager.create(ada);
    const next = await manager.rotate(session.id);
    expect(await areThere(session.id)).toEqual([false]);

    begin({ rotationGrace: 0 });
    const { session: other } = await manager.create(ada);
    await rotate(other.id);
    expect(await areThere(other.id)).toEqual([false]);
    expect(next?.session.supersedes).toBeNull();
  });

  it('cannot be repeated with the old session, with a grace or without', async () => {
    const [before, after] = await rotated();

    expect(await manager.rotate(before, {}, { grace: true })).toBeNull();
    expect(await manager.rotate(before)).toBeNull();

    expect(await areThere(before, after)).toEqual([true, true]);
  });

  it('counts and lists one session, not two', async () => {
    begin({ maxPerUser: 2 });
    const { session: other } = await manager.create(ada);
    await eventually(() => Date.now() > other.createdAt);
    const [before, after] = await rotated();
    expect(await listed()).toEqual([after, other.id]);

    await eventually(() => Date.now() > other.createdAt);
    await manager.create({ ...ada, user: { id: 'u-2', username: 'eve' } });
    expect(await areThere(other.id, before, after)).toEqual([true, true, true]);
  });

  it('has the limit of sessions end both tokens of the oldest', async () => {
    begin({ maxPerUser: 1 });
    const [before, after] = await rotated();
    const issued = await manager.find(after);
    await eventually(() => Date.now() > (issued?.session.createdAt ?? 0));

    const { session } = await manager.create(ada);

    expect(await areThere(before, after, session.id)).toEqual([false, false, true]);
  });

  it.each(['the old', 'the new'])('has a logout with %s token end both', async (which) => {
    const [before, after] = await rotated();

    const ended = await manager.revoke(which === 'the old' ? before : after, { reason: 'out' });

    expect(ended).not.toBeNull();
    expect(await areThere(before, after)).toEqual([false, false]);
    expect(await store.idsOf('u-1')).toEqual([]);
  });

  it.each([0, 1, 2])('has a logout end all of two rotations in a row: by number %i', async (i) => {
    const [first, second] = await rotated();
    const ids = [first, second, await rotate(second)];

    await manager.revoke(ids[i] ?? '');

    expect(await areThere(...ids)).toEqual([false, false, false]);
  });

  it('leaves the old token nothing when the new session is rotated without a grace', async () => {
    const [before, after] = await rotated();

    const last = await manager.rotate(after);

    expect(await areThere(before, after, last?.session.id ?? '')).toEqual([false, false, true]);
  });

  it('has the end of all sessions but the new one end the old', async () => {
    const [before, after] = await rotated();

    expect(await manager.revokeAll('u-1', { except: after })).toBe(0);

    expect(await areThere(before, after)).toEqual([false, true]);
  });

  it('has a ban end both, and counts one', async () => {
    const [before, after] = await rotated();

    expect(await manager.revokeAll('u-1')).toBe(1);

    expect(await areThere(before, after)).toEqual([false, false]);
  });

  it('has a change of roles reach both, and counts one', async () => {
    const [before, after] = await rotated();

    expect(await manager.setRoles('u-1', ['new'])).toBe(1);

    for (const id of [before, after]) {
      expect((await manager.find(id))?.session.roles).toEqual(['new']);
    }
    expect((await manager.find(before))?.session.supersededBy).toBe(after);
  });

  it('tells one rotation, and the end of one session', async () => {
    const [before, after] = await rotated();
    await manager.setRoles('u-1', ['new']);
    await manager.revoke(before, { reason: 'out' });

    expect(told).toMatchObject([
      { type: 'created', sessionId: before },
      { type: 'rotated', sessionId: after, previousSessionId: before, reason: 'reauthenticated' },
      { type: 'rolesChanged', sessionId: after },
      { type: 'revoked', sessionId: after, reason: 'out' },
    ]);
  });

  it('tells no expiry of the old session', async () => {
    begin({ rotationGrace: SHORT, idleTimeout: 2 * SHORT });
    const [before, after] = await rotated();

    await eventually(async () => {
      await watch.lookOnce();
      return told.at(-1)?.type === 'expired';
    });

    expect(told.map(({ type, sessionId }) => [type, sessionId])).toEqual([
      ['created', before],
      ['rotated', after],
      ['expired', after],
    ]);
  });
});

describe('what a superseded session leaves in Redis', () => {
  const services = { services: ['orders'] };

  it('is nothing that lasts longer than the grace, or has no end', async () => {
    const store = new RedisIssuerSessionStore(redis.client, services);
    const reader = new RedisSessionStore(redis.client, 60_000);
    const manager = managerOf(store, { ...services, rotationGrace: '10s' });
    const { session } = await manager.create(ada);
    await reader.add(session, { service: 'orders', name: 'coupon', value: '1' });

    await manager.rotate(session.id, {}, { grace: true });
    // A late one, under a name that no rotation knows of.
    await reader.add(session, { service: 'other', name: 'late', value: '1' });

    const keys = await redis.client.keys(`*{${session.id}}*`);
    expect(keys.sort()).toEqual([
      `idle:{${session.id}}`,
      `session-data:{${session.id}}:orders`,
      `session:{${session.id}}`,
    ]);
    for (const key of keys) expect(await redis.client.pttl(key)).toBeLessThanOrEqual(10_000);
    expect(await keysWithoutExpiry(redis.client)).toEqual([]);
    const score = await redis.client.zscore('user-sessions:{u-1}', session.id);
    expect(Number(score)).toBeLessThanOrEqual(Date.now() + 10_000);
  });
});
