import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../tools/testing/eventually';
import { EventStream } from '../support/event-stream';
import { call } from '../support/http';
import { dump, withRedis } from '../support/redis-dump';
import { idOf } from '../support/session-key';
import { type Adapter, System } from '../support/system';

/** Starts its own system, with short timeouts. */
export function expiry(adapter: Adapter): void {
  describe(`timeouts, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, {
        SESSION_IDLE_TIMEOUT: '1500ms',
        SESSION_ABSOLUTE_TIMEOUT: '6s',
      });
    });
    afterAll(() => system.stop());

    it('end an unused session on every service', async () => {
      const token = await system.signIn('alice');
      expect(await system.statuses(token)).toEqual([200, 200, 200]);
      await delay(1_600);
      expect(await system.statuses(token)).toEqual([401, 401, 401]);
    });

    it('emit one expired event', async () => {
      const id = await system.userId(await system.signIn('admin'), 'alice');
      const token = await system.signIn('alice');
      await eventually(async () => (await system.statuses(token))[0] === 401);
      const of = ({ messages }: EventStream) =>
        messages.filter(({ data }) => data.sessionId === idOf(token));
      const hasExpired = (stream: EventStream) =>
        of(stream).some(({ event }) => event === 'expired');
      let events: ReturnType<typeof of> = [];
      await eventually(async () => {
        const stream = await EventStream.open(
          `${system.auth.url}/admin/events`,
          await system.signIn('admin'),
          { lastEventId: '0-0' },
        );
        // The administrator's session expires soon, which ends the stream.
        await eventually(() => stream.hasEnded || hasExpired(stream));
        events = of(stream);
        stream.close();
        return hasExpired(stream);
      });
      expect(events.map(({ event }) => event)).toEqual(['created', 'expired']);
      expect(events[1]?.data).toMatchObject({ userId: id, by: null, reason: null });
    });

    it('keep a used session, but not past its absolute timeout', async () => {
      const signedInAt = performance.now();
      const token = await system.signIn('alice');
      const orders = () => call(`${system.orders.url}/orders`, { cookie: token });
      while (performance.now() - signedInAt < 4_500) {
        expect((await orders()).status).toBe(200);
        await delay(300);
      }
      await eventually(async () => (await orders()).status === 401);
      expect(await system.statuses(token)).toEqual([401, 401, 401]);
    });

    it('are not renewed by rejected requests', async () => {
      const token = await system.signIn('bob');
      const orders = () => call(`${system.orders.url}/orders`, { cookie: token });
      await eventually(async () => {
        const { status } = await orders();
        expect([401, 403]).toContain(status);
        return status === 401;
      });
    });

    it('leave nothing of a session in Redis except its events', async () => {
      await system.signIn('alice');
      const keys = Object.keys(await dump(system.redis.url));
      const lives = await withRedis(system.redis.url, (redis) =>
        Promise.all(keys.map((key) => redis.pttl(key))),
      );
      expect(lives.length).toBeGreaterThan(2);
      // -2: the key has expired since the dump.
      for (const life of lives) expect(life === -2 || life > 0).toBe(true);
      await eventually(async () => {
        const left = Object.keys(await dump(system.redis.url));
        // The networks and devices of sign-ins are kept for longer than any session, and the lists of the index of
        // live sessions until their window has passed.
        const ofSessions = left.filter(
          (key) => !/^(throttle:(known|device:)|live-session)/.test(key),
        );
        return ofSessions.length === 1 && ofSessions[0] === 'session-events';
      });
    });
  });
}
