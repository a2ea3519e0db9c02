import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Subscription } from 'rxjs';
import { eventually } from '../../../../tools/testing/eventually.js';
import { createRedisClient, whenReady } from '../store/redis-client.js';
import { keysWithoutExpiry } from '../../test-support/key-space.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { RedisSessionEventLog } from './redis-session-event.log.js';
import type { SessionEvent } from './session-event.js';
import { sampleEvent } from './test-support/session-event-log.contract.js';
import { startedRedis } from '../../test-support/started-redis.js';

const KEEP = { keep: 1_000 };

describe('the log of session events in Redis', () => {
  const redis = startedRedis();
  let proxy: FaultyProxy;
  let client: Redis;
  let admin: Redis;
  let subscription: Subscription | undefined;
  let errors: jest.SpyInstance;

  beforeEach(async () => {
    errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    admin = redis.client;
    proxy = await FaultyProxy.to(redis.server.port);
    client = createRedisClient({ port: proxy.port, disconnectTimeout: 50 });
    client.on('error', () => undefined);
    await whenReady(client, 10_000);
  });

  afterEach(async () => {
    subscription?.unsubscribe();
    client.disconnect();
    await proxy.close();
    errors.mockRestore();
  });

  const follow = (position: string | null) => {
    const followed: SessionEvent[] = [];
    const log = new RedisSessionEventLog(client);
    subscription = log.after(position).subscribe((event) => followed.push(event));
    return followed;
  };
  const connections = async () =>
    ((await admin.client('LIST')) as string).split('\n').filter((line) => line !== '').length;
  /** Whether a follower's read is blocked in Redis, waiting for the next event. */
  const isReading = async () => /^blocked_clients:[1-9]/m.test(await admin.info('clients'));

  it('is the documented stream', async () => {
    const event = sampleEvent();

    const position = await new RedisSessionEventLog(client).append(event, KEEP);

    const [[id, fields] = ['', []]] = await admin.xrange('session-events', '-', '+');
    expect(id).toBe(position);
    expect(fields[0]).toBe('event');
    expect(JSON.parse(fields[1] ?? '')).toEqual({ v: 1, ...event });
  });

  it('logs the right to grant when its Redis user may not read events', async () => {
    const rights = ['on', '>secret', 'resetchannels', '-@all', '+ping', '+info'];
    await admin.acl('SETUSER', 'reader', ...rights);
    client.disconnect();
    client = createRedisClient({ port: proxy.port, username: 'reader', password: 'secret' });
    client.on('error', () => undefined);
    await whenReady(client, 10_000);

    const followed = follow(null);
    await eventually(() => errors.mock.calls.length > 0);

    expect(followed).toEqual([]);
    const lines = errors.mock.calls.map(([line]) => String(line));
    expect(lines[0]).toMatch(
      /^This service receives no session events: .*NOPERM.* Give the service's Redis user \(%R~session-events \+xread \+xrevrange\)/,
    );
    await admin.acl('DELUSER', 'reader');
  });

  it('leaves no key without an expiry', async () => {
    const log = new RedisSessionEventLog(client);
    const event = sampleEvent();

    await log.append(event, KEEP);
    expect(await keysWithoutExpiry(admin)).toEqual([]);

    const watch = { dueAt: Date.now(), lastsUntil: Date.now() + 60_000 };
    await log.append(event, { ...KEEP, watch });
    expect(await keysWithoutExpiry(admin)).toEqual([]);

    await log.postpone(event, Date.now() + 1_000);
    expect(await keysWithoutExpiry(admin)).toEqual([]);

    await admin.del('session-events');
    await log.appendExpiry({ ...event, type: 'expired' }, 10);
    expect(await keysWithoutExpiry(admin)).toEqual([]);
    expect(await admin.keys('*')).toEqual(['session-events']);
  });

  it('is followed from the last position after a broken connection, which is logged', async () => {
    const log = new RedisSessionEventLog(admin);
    const followed = follow('0-0');
    await log.append(sampleEvent({ userId: 'before' }), KEEP);
    await eventually(() => followed.length === 1);

    proxy.cut();
    await log.append(sampleEvent({ userId: 'meanwhile' }), KEEP);
    await eventually(() => followed.length === 2);
    await log.append(sampleEvent({ userId: 'after' }), KEEP);

    await eventually(() => followed.length === 3);
    expect(followed.map(({ userId }) => userId)).toEqual(['before', 'meanwhile', 'after']);
    expect(errors).toHaveBeenCalledWith(
      expect.stringMatching(/^The session store cannot answer\. .*\(.+\)$/),
    );
    expect(errors.mock.contexts[0]).toMatchObject({ context: 'SessionEvents' });
  });

  it('is followed without loss after Redis stopped answering', async () => {
    const log = new RedisSessionEventLog(admin);
    const followed = follow('0-0');
    await log.append(sampleEvent({ userId: 'before' }), KEEP);
    await eventually(() => followed.length === 1);

    await eventually(isReading);
    proxy.loseReplies();
    await log.append(sampleEvent({ userId: 'lost' }), KEEP);
    // Once no read is blocked, Redis has sent the event.
    await eventually(async () => !(await isReading()));
    proxy.cut();

    await eventually(() => followed.length === 2);
    expect(followed.map(({ userId }) => userId)).toEqual(['before', 'lost']);
  });

  it('skips invalid events', async () => {
    const followed = follow('0-0');
    await admin.xadd('session-events', '*', 'event', '{');
    await admin.xadd('session-events', '*', 'event', '{"v":2,"type":"created"}');
    await admin.xadd('session-events', '*', 'event', '{"v":1,"type":"exploded"}');
    await admin.xadd('session-events', '*', 'event', 'null');
    await admin.xadd('session-events', '*', 'other', 'x');

    const event = sampleEvent();
    await new RedisSessionEventLog(admin).append(event, KEEP);

    await eventually(() => followed.length > 0);
    expect(followed).toEqual([{ ...event, position: expect.any(String) as string }]);
  });

  it('holds a connection only while it is followed', async () => {
    const before = await connections();
    follow(null);
    await eventually(async () => (await connections()) === before + 1);

    subscription?.unsubscribe();

    await eventually(async () => (await connections()) === before);
  });

  it('serves 150 followers over one connection, each from its own position', async () => {
    const log = new RedisSessionEventLog(client);
    const other = new RedisSessionEventLog(admin);
    const positions: string[] = [];
    const append = async (count: number) => {
      for (let i = 0; i < count; i += 1) positions.push(await other.append(sampleEvent(), KEEP));
    };
    await append(230);
    const before = await connections();
    const heard = new Map<number, string[]>();
    const followers = Array.from({ length: 150 }, (_, at) => {
      const from = at === 0 ? '0-0' : (positions[at] ?? '0-0');
      const own: string[] = [];
      heard.set(at, own);
      return log.after(from).subscribe(({ position = '' }) => own.push(position));
    });
    await append(30);
    await eventually(() => [...heard.values()].every((own) => own.at(-1) === positions.at(-1)));
    expect(await connections()).toBe(before + 1);
    await append(5);
    await eventually(() => [...heard.values()].every((own) => own.at(-1) === positions.at(-1)));

    for (const [at, own] of heard) expect(own).toEqual(positions.slice(at === 0 ? 0 : at + 1));
    for (const follower of followers) follower.unsubscribe();
    await eventually(async () => (await connections()) === before);
  });

  it('gives each event once to a follower that has caught up before the shared read', async () => {
    const log = new RedisSessionEventLog(client);
    const first = log.after(null).subscribe();
    await eventually(isReading);
    proxy.delayReplies(500, /BLOCK/);
    const written = new RedisSessionEventLog(admin);
    const positions = [await written.append(sampleEvent(), KEEP)];

    const heard: (string | undefined)[] = [];
    const second = log.after('0-0').subscribe(({ position }) => heard.push(position));
    await eventually(() => heard.length === 1);
    positions.push(await written.append(sampleEvent(), KEEP));
    await eventually(() => heard.at(-1) === positions[1]);

    expect(heard).toEqual(positions);
    for (const follower of [first, second]) follower.unsubscribe();
  });

  it('removes its listeners from the given client', async () => {
    const count = () => client.eventNames().map((name) => [name, client.listenerCount(name)]);
    const before = count();
    for (let i = 0; i < 3; i += 1) {
      const connected = await connections();
      follow(null);
      await eventually(async () => (await connections()) === connected + 1);
      subscription?.unsubscribe();
      await eventually(async () => (await connections()) === connected);
    }
    await eventually(() => JSON.stringify(count()) === JSON.stringify(before));
  });

  it('ends with the given client', async () => {
    const before = await connections();
    follow(null);
    await eventually(async () => (await connections()) === before + 1);

    client.disconnect();

    await eventually(async () => (await connections()) === before - 1);
    await eventually(() => subscription?.closed === true);
  });
});
