import { firstValueFrom, take, toArray, type Observable, type Subscription } from 'rxjs';
import { eachRow } from '../../../../../tools/testing/each-row.js';
import { eventually } from '../../../../../tools/testing/eventually.js';
import { createToken, sessionIdOf } from '../../token/session-token.js';
import type { SessionEvent } from '../session-event.js';
import type { SessionEventHistory, SessionEventLog } from '../session-event.log.js';
import { SessionEvents } from '../session-events.js';

const KEEP = 10_000;

/** Returns an event of a new session. */
export function sampleEvent(
  changes: { sessionId?: string; userId?: string; at?: number } = {},
): SessionEvent & { type: 'created' } {
  return {
    type: 'created',
    sessionId: sessionIdOf(createToken()),
    userId: 'u-1',
    at: Date.now(),
    by: 'u-1',
    reason: 'signed-in',
    roles: ['orders'],
    ...changes,
  };
}

/**
 * Runs the contract of every session event log.
 *
 * @param open returns a log without events; called before each test
 */
export function describeSessionEventLog(
  name: string,
  open: () => SessionEventLog | Promise<SessionEventLog>,
): void {
  describe(`${name}: the contract of session event logs`, () => {
    let log: SessionEventLog;
    const subscriptions: Subscription[] = [];

    beforeEach(async () => {
      log = await open();
    });

    afterEach(() => {
      for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
    });

    const append = (event: SessionEvent) => log.append(event, { keep: KEEP });
    const watch = async (dueAt: number, userId = 'u-1') => {
      const event = sampleEvent({ userId });
      const lastsUntil = Date.now() + 3_600_000;
      await log.append(event, { keep: KEEP, watch: { dueAt, lastsUntil } });
      return { sessionId: event.sessionId, userId };
    };
    const first = (count: number, events: Observable<SessionEvent>) =>
      firstValueFrom(events.pipe(take(count), toArray()));
    const collect = (events: Observable<SessionEvent>) => {
      const collected: SessionEvent[] = [];
      subscriptions.push(events.subscribe((event) => collected.push(event)));
      return collected;
    };

    describe('reading past events', () => {
      const all = async (limit: number) => {
        const positions: (string | undefined)[] = [];
        let next: string | null = null;
        do {
          const page: SessionEventHistory = await log.before(next, limit);
          positions.push(...page.events.map(({ position }) => position));
          ({ next } = page);
        } while (next !== null);
        return positions;
      };

      it('returns each event once, the newest first, over pages of any size', async () => {
        const positions: string[] = [];
        for (let i = 0; i < 7; i += 1) positions.push(await append(sampleEvent()));
        positions.reverse();

        for (const limit of [1, 3, 7, 100]) expect(await all(limit)).toEqual(positions);
      });

      it('returns nothing from an empty log, and refuses what is no position', async () => {
        expect(await log.before(null, 10)).toEqual({ events: [], next: null });
        await expect(Promise.resolve().then(() => log.before('x', 10))).rejects.toThrow(RangeError);
      });

      it('finds events by type', async () => {
        const events = new SessionEvents(log);
        const { sessionId } = sampleEvent();
        const ended = { ...sampleEvent(), type: 'revoked', sessionId } as const;
        await append(ended);
        for (let i = 0; i < 3; i += 1) await append(sampleEvent());

        const { events: found, next } = await events.history({ types: ['revoked', 'expired'] });

        expect(found.map((event) => event.sessionId)).toEqual([sessionId]);
        expect(next).toBeNull();
        expect((await events.history({ limit: 2 })).events).toHaveLength(2);
      });
    });

    describe('following', () => {
      it('delivers the events from the beginning, in order and with their positions', async () => {
        const events = [sampleEvent(), sampleEvent(), sampleEvent()];
        const positions: string[] = [];
        for (const event of events) positions.push(await append(event));

        const followed = await first(3, log.after('0-0'));

        expect(followed).toEqual(events.map((event, i) => ({ ...event, position: positions[i] })));
      });

      it('continues from a given position', async () => {
        const [, second, third] = [
          await append(sampleEvent()),
          await append(sampleEvent()),
          await append(sampleEvent()),
        ];

        const [next] = await first(1, log.after(second));

        expect(next?.position).toBe(third);
      });

      it('delivers new events to every follower', async () => {
        await append(sampleEvent());
        const [one, other] = [collect(log.after(null)), collect(log.after(null))];
        const sent: SessionEvent[] = [];
        // Both followers must first find the end of the log.
        await eventually(async () => {
          const event = sampleEvent();
          sent.push({ ...event, position: await append(event) });
          return one.length > 0 && other.length > 0;
        });

        const last = sampleEvent();
        await append(last);

        for (const collected of [one, other]) {
          await eventually(() => collected.at(-1)?.sessionId === last.sessionId);
          const [begin] = collected;
          const from = sent.findIndex(({ position }) => position === begin?.position);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(collected.slice(0, -1)).toEqual(sent.slice(from));
        }
      });

      it('can start from the newest event', async () => {
        expect(await log.latest()).toBe('0-0');
        const newest = await append(sampleEvent());

        expect(await log.latest()).toBe(newest);
      });

      it('delivers more events than one read returns, without duplicates or gaps', async () => {
        const events = Array.from({ length: 250 }, () => sampleEvent());
        const ids = events.map(({ sessionId }) => sessionId);
        await Promise.all(events.map(append));

        const followed = await first(250, log.after('0-0'));

        expect(followed.map(({ sessionId }) => sessionId)).toEqual(ids);
      });

      it('rejects an invalid position', async () => {
        const positions = ['', 'x', '-', '$', '1-2-3', '1 2', '0-0\n', '9'.repeat(21)];
        await eachRow(positions, (position) => {
          expect(() => log.after(position)).toThrow(RangeError);
        });
      });
    });

    it('drops the oldest events beyond the limit', async () => {
      const appended = Array.from({ length: 400 }, () => log.append(sampleEvent(), { keep: 10 }));
      const newest = (await Promise.all(appended)).at(-1);

      const kept = collect(log.after('0-0'));

      await eventually(() => kept.at(-1)?.position === newest);
      // Redis may keep some more events, because it drops them in whole blocks.
      expect(kept.length).toBeGreaterThanOrEqual(10);
      expect(kept.length).toBeLessThan(400);
    });

    describe('a watched session', () => {
      it('is due at its time, the longest overdue first', async () => {
        const now = Date.now();
        const later = await watch(now - 1_000);
        const sooner = await watch(now - 2_000, 'ü/{2}');
        await watch(now + 60_000);

        expect(await log.due(10)).toEqual([sooner, later]);
        expect(await log.due(1)).toEqual([sooner]);
      });

      it('is due later when it is postponed', async () => {
        const session = await watch(Date.now() - 1_000);

        await log.postpone(session, Date.now() + 60_000);

        expect(await log.due(10)).toEqual([]);
      });

      it('is no longer due after it was revoked, even if it is postponed later', async () => {
        const session = await watch(Date.now() - 1_000);

        const { sessionId, userId } = session;
        const base = { sessionId, userId, at: Date.now(), by: null, reason: null };
        await append({ ...base, type: 'revoked' });
        await log.postpone(session, Date.now() - 500);

        expect(await log.due(10)).toEqual([]);
      });

      it('is replaced by its successor after a rotation', async () => {
        const { sessionId, userId } = await watch(Date.now() - 1_000);
        const successor = sampleEvent({ userId });
        const rotated = { ...successor, type: 'rotated', previousSessionId: sessionId } as const;
        const dueAt = Date.now() - 500;

        const lastsUntil = Date.now() + 60_000;
        await log.append(rotated, { keep: KEEP, watch: { dueAt, lastsUntil } });

        expect(await log.due(10)).toEqual([{ sessionId: successor.sessionId, userId }]);
      });
    });

    describe('an expiry', () => {
      const expiryOf = ({ sessionId, userId }: { sessionId: string; userId: string }) => ({
        type: 'expired' as const,
        sessionId,
        userId,
        at: Date.now(),
        by: null,
        reason: null,
      });

      it('is appended once by many concurrent attempts', async () => {
        const session = await watch(Date.now() - 1_000);

        const positions = await Promise.all(
          Array.from({ length: 10 }, () => log.appendExpiry(expiryOf(session), KEEP)),
        );

        expect(positions.filter((it) => it !== null)).toHaveLength(1);
        expect(await log.due(10)).toEqual([]);
        const events = await first(2, log.after('0-0'));
        expect(events.map(({ type }) => type)).toEqual(['created', 'expired']);
      });

      it('is not appended for a session that is not watched', async () => {
        const stranger = sampleEvent();

        expect(await log.appendExpiry(expiryOf(stranger), KEEP)).toBeNull();
      });
    });
  });
}
