import { setTimeout as delay } from 'node:timers/promises';
import { eachRow } from '../../../../../tools/testing/each-row.js';
import type { Session, SessionFields } from '../../session/session.js';
import { fieldsOf, sampleSession } from '../../../test-support/sample-session.js';
import type { IssuerSessionStore } from '../../issuer/issuer-session.store.js';
import type { SessionStore } from '../session.store.js';

/** Both stores, on the same sessions. */
export interface SessionStores {
  readonly store: SessionStore;
  readonly issuer: IssuerSessionStore;
}

type Test = (name: string, run: () => Promise<void>) => void;

/** Lets time pass, in milliseconds: on the test's own clock, or by waiting. */
type Pass = (milliseconds: number) => unknown;

/** Timeout in milliseconds: long enough to read a session before it ends, short enough to wait for. */
const SHORT = 100;

/** Time between two reads of a session, in milliseconds. */
const STEP = 20;

/** Number of reads after which a condition counts as never true. */
const MAX_LOOKS = 500;

/**
 * Declares the tests of the contract of both stores, for one implementation.
 *
 * @param open Opens stores without sessions; called before each test.
 * @param pass For stores whose clock the test sets. @default waits
 */
export function describeSessionStores(
  name: string,
  open: () => SessionStores | Promise<SessionStores>,
  pass: Pass = delay,
): void {
  describeContract(`${name}: the contract of session stores`, open, pass, it);
}

/**
 * Declares the tests of the contract that depend on the number of servers. They cover commands with several
 * keys, scripts, slots, reads of an index on another node than the session, and commands that race.
 *
 * @param open Opens stores without sessions; called before each test.
 */
export function describeSessionStoresOnTopology(
  name: string,
  open: () => SessionStores | Promise<SessionStores>,
): void {
  const leftOut = () => undefined;
  describeContract(`${name}: session stores on a topology`, open, delay, leftOut);
}

/** @param local Declares a test whose outcome does not depend on the topology. */
function describeContract(
  name: string,
  open: () => SessionStores | Promise<SessionStores>,
  pass: Pass,
  local: Test,
): void {
  /** Checks the condition repeatedly while time passes. */
  async function eventually(condition: () => Promise<boolean>): Promise<void> {
    for (let look = 0; !(await condition()); look += 1) {
      if (look === MAX_LOOKS) throw new Error(`Never held: ${condition.toString()}`);
      await pass(STEP);
    }
  }

  describe(name, () => {
    let store: SessionStore;
    let issuer: IssuerSessionStore;

    beforeEach(async () => {
      ({ store, issuer } = await open());
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    describe('a session that was never stored', () => {
      it('is not found, inspected, updated or removed', async () => {
        const { id } = sampleSession();

        expect(await store.find(id)).toBeNull();
        expect(await issuer.inspect(id)).toBeNull();
        expect(await issuer.update(id, (session) => session)).toBeNull();
        expect(await issuer.remove(id, null)).toBeNull();
      });

      local('is not created by a touch', async () => {
        const session = sampleSession();

        await store.touch(session);

        expect(await store.find(session.id)).toBeNull();
        expect(await issuer.idsOf(session.user.id)).toEqual([]);
      });
    });

    describe('a live session', () => {
      local('is found with every field as it was stored', async () => {
        const data = { locale: 'de', nested: { list: [1, null, 'two'] } };
        const session = sampleSession({ data, userAgent: null, ip: '2001:db8::1' });

        await issuer.insert(session);

        expect(fieldsOf(await store.find(session.id))).toEqual(fieldsOf(session));
      });

      it('is found with text of any script, quotes and control characters', async () => {
        const username = 'Zoë "Ж" \\ \u0000 \u2028 𝄞';
        const session = sampleSession({ user: { id: 'ü/{1}', username }, roles: ['réle', ' '] });

        await issuer.insert(session);

        expect(fieldsOf(await store.find(session.id))).toEqual(fieldsOf(session));
        expect(await issuer.idsOf('ü/{1}')).toEqual([session.id]);
      });

      it('is inspected together with its clocks', async () => {
        const session = sampleSession({ idleTimeout: 60_000 });
        await issuer.insert(session);

        const snapshot = await issuer.inspect(session.id);

        expect(fieldsOf(snapshot?.session ?? null)).toEqual(fieldsOf(session));
        expect(snapshot?.expiresAt).toBeGreaterThan(session.createdAt + 30_000);
        expect(snapshot?.expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
        expect(snapshot?.lastSeenAt).toBe((snapshot?.expiresAt ?? 0) - 60_000);
      });

      local(
        'is reported to expire at its absolute timeout when that precedes the idle one',
        async () => {
          const absoluteExpiresAt = Date.now() + 60_000;
          const session = sampleSession({ absoluteExpiresAt, idleTimeout: 3_600_000 });
          await issuer.insert(session);

          const snapshot = await issuer.inspect(session.id);

          expect(snapshot?.expiresAt).toBeLessThanOrEqual(absoluteExpiresAt);
        },
      );

      local(
        'is never last seen before its creation, even close to its absolute timeout',
        async () => {
          const absoluteExpiresAt = Date.now() + 60_000;
          const session = sampleSession({ absoluteExpiresAt, idleTimeout: 3_600_000 });
          await issuer.insert(session);

          const snapshot = await issuer.inspect(session.id);

          // One second of tolerance for the latency of the store.
          expect(snapshot?.lastSeenAt).toBeGreaterThan(session.createdAt - 1_000);
        },
      );
    });

    describe('the idle timeout', () => {
      it('ends a session that is not used', async () => {
        const session = sampleSession({ idleTimeout: SHORT });
        await issuer.insert(session);

        await eventually(async () => (await store.find(session.id)) === null);

        expect(await issuer.inspect(session.id)).toBeNull();
      });

      local('leaves nothing to update', async () => {
        const session = sampleSession({ idleTimeout: SHORT });
        await issuer.insert(session);
        await eventually(async () => (await store.find(session.id)) === null);

        expect(await issuer.update(session.id, (it) => it.with({ roles: ['late'] }))).toBeNull();
        expect(await store.find(session.id)).toBeNull();
      });

      local('leaves nothing that a touch could bring back', async () => {
        const session = sampleSession({ idleTimeout: SHORT });
        await issuer.insert(session);
        await eventually(async () => (await store.find(session.id)) === null);

        await store.touch(session);

        expect(await store.find(session.id)).toBeNull();
      });

      local('restarts with every touch', async () => {
        const session = sampleSession({ idleTimeout: 1_000 });
        await issuer.insert(session);
        const firstDeadline = Date.now() + session.idleTimeout;

        while (Date.now() <= firstDeadline) {
          await store.touch(session);
          await pass(STEP);
        }

        expect(await store.find(session.id)).not.toBeNull();
      });

      local('is not renewed by find or inspect', async () => {
        const session = sampleSession({ idleTimeout: SHORT });
        await issuer.insert(session);

        await eventually(async () => {
          await issuer.inspect(session.id);
          return (await store.find(session.id)) === null;
        });

        expect(await store.find(session.id)).toBeNull();
      });

      it('moves lastSeenAt forward with a touch', async () => {
        const session = sampleSession({ idleTimeout: 60_000 });
        await issuer.insert(session);
        const before = (await issuer.inspect(session.id))?.lastSeenAt ?? Infinity;

        await pass(50);
        await store.touch(session);

        expect((await issuer.inspect(session.id))?.lastSeenAt).toBeGreaterThan(before);
      });
    });

    describe('the absolute timeout', () => {
      local('ends a session however often it is used', async () => {
        const session = sampleSession({
          absoluteExpiresAt: Date.now() + SHORT,
          idleTimeout: 60_000,
        });
        await issuer.insert(session);

        await eventually(async () => {
          await store.touch(session);
          return (await store.find(session.id)) === null;
        });

        expect(Date.now()).toBeGreaterThanOrEqual(session.absoluteExpiresAt);
        expect(await issuer.inspect(session.id)).toBeNull();
        // An update uses the clock of the store's server, which may be a moment behind.
        await eventually(async () => (await issuer.update(session.id, (it) => it)) === null);
      });

      local('hides a session that is stored too late, without an error', async () => {
        const session = sampleSession({ absoluteExpiresAt: Date.now() - 1 });

        await issuer.insert(session);

        expect(await store.find(session.id)).toBeNull();
      });
    });

    describe('an update', () => {
      it('returns the changed session, which find then returns as well', async () => {
        const session = sampleSession();
        await issuer.insert(session);

        const updated = await issuer.update(session.id, (it) => it.with({ roles: ['new'] }));

        const expected = { ...fieldsOf(session), roles: ['new'] };
        expect(fieldsOf(updated)).toEqual(expected);
        expect(fieldsOf(await store.find(session.id))).toEqual(expected);
      });

      local('does not count as use, and leaves both timeouts unchanged', async () => {
        const session = sampleSession({ idleTimeout: SHORT });
        await issuer.insert(session);

        await eventually(async () => {
          await issuer.update(session.id, (it) => it.with({ roles: ['busy'] }));
          return (await store.find(session.id)) === null;
        });

        expect(await issuer.inspect(session.id)).toBeNull();
      });

      it('is not lost among twenty concurrent updates', async () => {
        const session = sampleSession({ roles: [] });
        await issuer.insert(session);
        const names = Array.from({ length: 20 }, (_, index) => `role-${index}`);

        await Promise.all(
          names.map((name) =>
            issuer.update(session.id, (it) => it.with({ roles: [...it.roles, name] })),
          ),
        );

        const { roles } = (await store.find(session.id)) ?? { roles: [] };
        expect([...roles].sort()).toEqual([...names].sort());
      });

      local('rethrows what the change function throws, and changes nothing', async () => {
        const session = sampleSession();
        await issuer.insert(session);

        const update = issuer.update(session.id, () => {
          throw new RangeError('no such role');
        });

        await expect(update).rejects.toThrow(RangeError);
        expect(fieldsOf(await store.find(session.id))).toEqual(fieldsOf(session));
      });
    });

    describe('a removed session', () => {
      it('is returned in its last state', async () => {
        const session = sampleSession();
        await issuer.insert(session);
        await issuer.update(session.id, (it) => it.with({ roles: ['last'] }));

        const removed = await issuer.remove(session.id, null);

        expect(fieldsOf(removed)).toEqual({ ...fieldsOf(session), roles: ['last'] });
      });

      it('is gone for every call and from the index', async () => {
        const session = sampleSession();
        await issuer.insert(session);
        await store.find(session.id);

        await issuer.remove(session.id, null);

        expect(await store.find(session.id)).toBeNull();
        expect(await issuer.inspect(session.id)).toBeNull();
        expect(await issuer.idsOf(session.user.id)).toEqual([]);
        expect(await issuer.remove(session.id, session.user.id)).toBeNull();
      });

      local('is not brought back by a touch or an update', async () => {
        const session = sampleSession();
        await issuer.insert(session);
        await issuer.remove(session.id, null);

        await store.touch(session);

        expect(await issuer.update(session.id, (it) => it.with({ roles: ['new'] }))).toBeNull();
        expect(await store.find(session.id)).toBeNull();
        expect(await issuer.idsOf(session.user.id)).toEqual([]);
      });

      it('does not come back when updates and touches are in flight at its removal', async () => {
        const session = sampleSession();
        await issuer.insert(session);
        const update = () => issuer.update(session.id, (it) => it.with({ roles: ['new'] }));

        await Promise.all([
          update(),
          store.touch(session),
          update(),
          issuer.remove(session.id, null),
          update(),
          store.touch(session),
        ]);

        expect(await store.find(session.id)).toBeNull();
        expect(await issuer.inspect(session.id)).toBeNull();
      });

      it('is returned to exactly one of several concurrent removals', async () => {
        const session = sampleSession();
        await issuer.insert(session);

        const removed = await Promise.all(
          Array.from({ length: 5 }, () => issuer.remove(session.id, session.user.id)),
        );

        expect(removed.filter((it) => it !== null)).toHaveLength(1);
      });

      it('leaves the other sessions of its user alone', async () => {
        const session = sampleSession();
        const other = sampleSession();
        await issuer.insert(session);
        await issuer.insert(other);

        await issuer.remove(session.id, null);

        expect(fieldsOf(await store.find(other.id))).toEqual(fieldsOf(other));
        expect(await issuer.idsOf(other.user.id)).toEqual([other.id]);
      });
    });

    describe('a write-once attribute', () => {
      const coupon = { service: 'orders', name: 'coupon', value: '"SPRING"' };

      it('is read separately from the attributes of other services', async () => {
        const session = sampleSession();
        await issuer.insert(session);

        expect(await store.add(session, coupon)).toBe('added');
        expect(await store.add(session, { ...coupon, name: '__proto__', value: '1' })).toBe(
          'added',
        );
        expect(await store.add(session, { ...coupon, service: 'products' })).toBe('added');

        expect([...(await store.attributes(session.id, 'orders'))]).toEqual([
          ['coupon', '"SPRING"'],
          ['__proto__', '1'],
        ]);
        expect([...(await store.attributes(session.id, 'products'))]).toEqual([
          ['coupon', '"SPRING"'],
        ]);
        expect([...(await store.attributes(session.id, 'other'))]).toEqual([]);
      });

      local('is not overwritten by another attribute of the same name', async () => {
        const session = sampleSession();
        await issuer.insert(session);
        await store.add(session, coupon);

        expect(await store.add(session, coupon)).toBe('taken');
        expect(await store.add(session, { ...coupon, value: '"AUTUMN"' })).toBe('taken');

        expect((await store.attributes(session.id, 'orders')).get('coupon')).toBe('"SPRING"');
      });

      it('is added by exactly one of several concurrent calls with the same name', async () => {
        const session = sampleSession();
        await issuer.insert(session);

        const outcomes = await Promise.all(
          ['1', '2', '3', '4', '5'].map((value) => store.add(session, { ...coupon, value })),
        );

        expect(outcomes.filter((it) => it === 'added')).toHaveLength(1);
        expect(outcomes.filter((it) => it === 'taken')).toHaveLength(4);
      });

      it('is rejected beyond the limits on number and size, and adds nothing', async () => {
        const session = sampleSession();
        await issuer.insert(session);
        const add = (service: string, name: string, value = '1') =>
          store.add(session, { service, name, value });

        for (let i = 0; i < 100; i += 1) expect(await add('orders', `name-${i}`)).toBe('added');
        expect(await add('orders', 'one-more')).toBe('full');
        expect(await add('orders', 'name-7')).toBe('taken');
        expect((await store.attributes(session.id, 'orders')).size).toBe(100);

        const large = `"${'x'.repeat(4_094)}"`;
        for (let i = 0; i < 16; i += 1) {
          expect(await add('products', `name-${i}`, large)).toBe('added');
        }
        expect(await add('products', 'one-more')).toBe('full');
        expect((await store.attributes(session.id, 'products')).size).toBe(16);
      });

      local('is not added to a session that never existed or has ended', async () => {
        const never = sampleSession();
        const ended = sampleSession();
        await issuer.insert(ended);
        await issuer.remove(ended.id, null);
        const late = sampleSession({ absoluteExpiresAt: Date.now() - 1 });

        for (const session of [never, ended, late]) {
          expect(await store.add(session, coupon)).toBe('gone');
          expect([...(await store.attributes(session.id, 'orders'))]).toEqual([]);
        }
      });

      local('is not added to a session that has idled out', async () => {
        const session = sampleSession({ idleTimeout: SHORT });
        await issuer.insert(session);
        await eventually(async () => (await store.find(session.id)) === null);

        expect(await store.add(session, coupon)).toBe('gone');
        expect([...(await store.attributes(session.id, 'orders'))]).toEqual([]);
      });

      it('ends with the session', async () => {
        const session = sampleSession();
        await issuer.insert(session);
        await store.add(session, coupon);

        await issuer.remove(session.id, null);

        expect([...(await store.attributes(session.id, 'orders'))]).toEqual([]);
      });

      local('leaves the session unchanged', async () => {
        const session = sampleSession();
        await issuer.insert(session);

        await store.add(session, coupon);

        expect(fieldsOf(await store.find(session.id))).toEqual(fieldsOf(session));
      });
    });

    describe('a replaced session', () => {
      const add = (session: Session, service: string, name: string, value: string) =>
        store.add(session, { service, name, value });

      it('is gone as if it were removed, and is returned in its last state', async () => {
        const [session, successor] = [sampleSession(), sampleSession()];
        await issuer.insert(session);
        await issuer.insert(successor);
        await issuer.update(session.id, (it) => it.with({ roles: ['last'] }));

        const last = await issuer.replace(session, successor);

        expect(fieldsOf(last)).toEqual({ ...fieldsOf(session), roles: ['last'] });
        expect(await store.find(session.id)).toBeNull();
        expect(await issuer.idsOf(session.user.id)).toEqual([successor.id]);
        expect(await issuer.replace(session, successor)).toBeNull();
      });

      it('passes its attributes to its successor, where they stay write-once', async () => {
        const [session, successor] = [sampleSession(), sampleSession()];
        await issuer.insert(session);
        await issuer.insert(successor);
        await add(session, 'orders', 'coupon', '"SPRING"');
        await add(session, 'orders', 'first', '1');
        await add(session, 'products', 'seen', 'true');

        await issuer.replace(session, successor);

        expect([...(await store.attributes(successor.id, 'orders'))].sort()).toEqual([
          ['coupon', '"SPRING"'],
          ['first', '1'],
        ]);
        expect([...(await store.attributes(successor.id, 'products'))]).toEqual([['seen', 'true']]);
        expect([...(await store.attributes(session.id, 'orders'))]).toEqual([]);
        expect(await add(successor, 'orders', 'coupon', '"AUTUMN"')).toBe('taken');
      });

      it('loses no attribute that was added while it was replaced', async () => {
        const [session, successor] = [sampleSession(), sampleSession()];
        await issuer.insert(session);
        await issuer.insert(successor);
        const names = Array.from({ length: 40 }, (_, i) => `n-${i}`);

        const [outcomes] = await Promise.all([
          Promise.all(
            names.map(async (name, i) => {
              await delay(i % 4);
              return add(session, 'orders', name, '1');
            }),
          ),
          delay(1).then(() => issuer.replace(session, successor)),
        ]);

        const added = names.filter((_, i) => outcomes[i] === 'added');
        const kept = [...(await store.attributes(successor.id, 'orders')).keys()];
        expect(kept.sort()).toEqual(added.sort());
        expect([...(await store.attributes(session.id, 'orders'))]).toEqual([]);
      });
    });

    describe('a superseded session', () => {
      const coupon = { service: 'orders', name: 'coupon', value: '"SPRING"' };

      /** Stores a session and its successor. */
      async function stored(changes: Partial<SessionFields> = {}): Promise<[Session, Session]> {
        const session = sampleSession(changes);
        const successor = session.with({ id: sampleSession().id, supersedes: session.id });
        await issuer.insert(session);
        await issuer.insert(successor);
        return [session, successor];
      }

      it('is found unchanged except for its successor and its shortened timeouts', async () => {
        const [session, successor] = await stored();

        expect(await issuer.supersede(session, successor, 10_000)).toBe(true);

        const found = await store.find(session.id);
        const { absoluteExpiresAt = 0, idleTimeout, supersededBy } = found ?? {};
        expect(supersededBy).toBe(successor.id);
        expect(idleTimeout).toBe(10_000);
        expect(absoluteExpiresAt).toBeLessThanOrEqual(Date.now() + 10_000);
        const { absoluteExpiresAt: end, idleTimeout: idle } = session;
        expect(
          fieldsOf(
            found?.with({ absoluteExpiresAt: end, idleTimeout: idle, supersededBy: null }) ?? null,
          ),
        ).toEqual(fieldsOf(session));
        expect((await issuer.inspect(session.id))?.expiresAt).toBeLessThanOrEqual(
          absoluteExpiresAt,
        );
      });

      it('leaves its successor unchanged, which names the session that it supersedes', async () => {
        const [session, successor] = await stored();

        await issuer.supersede(session, successor, 10_000);

        expect(fieldsOf(await store.find(successor.id))).toEqual(fieldsOf(successor));
        expect((await store.find(successor.id))?.supersedes).toBe(session.id);
      });

      it('stays in the index, as the first session to end', async () => {
        const [session, successor] = await stored();

        await issuer.supersede(session, successor, 10_000);

        expect(await issuer.idsOf(session.user.id)).toEqual([session.id, successor.id]);
      });

      it('ends by itself however often it is touched, even through an older copy', async () => {
        const [session, successor] = await stored();
        const before = (await store.find(session.id)) ?? session;
        await issuer.supersede(session, successor, SHORT);

        await eventually(async () => {
          await store.touch(before);
          const found = await store.find(session.id);
          if (found) await store.touch(found);
          return found === null;
        });

        expect(await issuer.inspect(session.id)).toBeNull();
        expect(await store.find(successor.id)).not.toBeNull();
      });

      local('is not extended by an update', async () => {
        const [session, successor] = await stored();
        await issuer.supersede(session, successor, SHORT);

        await eventually(
          async () =>
            (await issuer.update(session.id, (it) => it.with({ roles: ['busy'] }))) === null,
        );

        expect(await store.find(session.id)).toBeNull();
      });

      local('keeps its absolute timeout when that is earlier than the grace', async () => {
        const absoluteExpiresAt = Date.now() + SHORT;
        const [session, successor] = await stored({ absoluteExpiresAt });

        await issuer.supersede(session, successor, 10_000);

        expect((await store.find(session.id))?.absoluteExpiresAt ?? absoluteExpiresAt).toBe(
          absoluteExpiresAt,
        );
        await eventually(async () => (await store.find(session.id)) === null);
      });

      local('keeps its idle timeout when that is shorter than the grace', async () => {
        const [session, successor] = await stored({ idleTimeout: SHORT });

        await issuer.supersede(session, successor, 10_000);

        await eventually(async () => (await store.find(session.id)) === null);
        expect(await issuer.inspect(session.id)).toBeNull();
      });

      local('can be superseded only once', async () => {
        const [session, successor] = await stored();
        await issuer.supersede(session, successor, 10_000);
        const found = (await store.find(session.id)) ?? session;
        const other = sampleSession();
        await issuer.insert(other);

        expect(await issuer.supersede(session, other, 10_000)).toBe(false);
        expect(await issuer.supersede(found, other, 10_000)).toBe(false);

        expect((await store.find(session.id))?.supersededBy).toBe(successor.id);
      });

      it('is superseded by exactly one of several concurrent calls', async () => {
        const [session, successor] = await stored();

        const outcomes = await Promise.all(
          Array.from({ length: 5 }, () => issuer.supersede(session, successor, 10_000)),
        );

        expect(outcomes.filter(Boolean)).toHaveLength(1);
      });

      it('cannot result from a session that was changed since it was read or has ended', async () => {
        const [session, successor] = await stored();
        await issuer.update(session.id, (it) => it.with({ roles: ['changed'] }));

        expect(await issuer.supersede(session, successor, SHORT)).toBe(false);
        const found = await store.find(session.id);
        expect(found?.supersededBy).toBeNull();
        expect(found?.absoluteExpiresAt).toBe(session.absoluteExpiresAt);

        await issuer.remove(session.id, null);
        expect(await issuer.supersede(session, successor, 10_000)).toBe(false);
        expect(await store.find(session.id)).toBeNull();
      });

      it('keeps its attributes, and its successor gets a copy', async () => {
        const [session, successor] = await stored();
        await store.add(session, coupon);

        await issuer.supersede(session, successor, 10_000);

        for (const { id } of [session, successor]) {
          expect((await store.attributes(id, 'orders')).get('coupon')).toBe('"SPRING"');
        }
        expect(await store.add(successor, { ...coupon, name: 'more' })).toBe('added');
        expect((await store.attributes(session.id, 'orders')).has('more')).toBe(false);
      });

      local('accepts no more attributes, even through an older copy', () =>
        eachRow(['coupon', 'other'], async (name) => {
          const [session, successor] = await stored();
          await store.add(session, coupon);
          await issuer.supersede(session, successor, 10_000);
          const found = (await store.find(session.id)) ?? session;

          for (const read of [session, found]) {
            expect(await store.add(read, { ...coupon, name })).toBe('gone');
            expect(await store.add(read, { ...coupon, service: 'products', name })).toBe('gone');
          }

          expect([...(await store.attributes(session.id, 'products'))]).toEqual([]);
          expect([...(await store.attributes(successor.id, 'orders'))]).toEqual([
            ['coupon', '"SPRING"'],
          ]);
        }),
      );

      it('loses no attribute that was added while it was superseded', async () => {
        const [session, successor] = await stored();
        const names = Array.from({ length: 40 }, (_, i) => `n-${i}`);

        const [outcomes] = await Promise.all([
          Promise.all(
            names.map(async (name, i) => {
              await delay(i % 4);
              return store.add(session, { ...coupon, name });
            }),
          ),
          delay(1).then(() => issuer.supersede(session, successor, 10_000)),
        ]);

        const added = names.filter((_, i) => outcomes[i] === 'added');
        const kept = [...(await store.attributes(successor.id, 'orders')).keys()];
        expect(kept.sort()).toEqual(added.sort());
      });

      it('can be removed early, and is returned as it was', async () => {
        const [session, successor] = await stored();
        await store.add(session, coupon);
        await issuer.supersede(session, successor, 10_000);

        const removed = await issuer.remove(session.id, null);

        expect(removed?.supersededBy).toBe(successor.id);
        expect(await store.find(session.id)).toBeNull();
        expect([...(await store.attributes(session.id, 'orders'))]).toEqual([]);
        expect(await issuer.idsOf(session.user.id)).toEqual([successor.id]);
      });
    });

    describe('the index of a user', () => {
      it('lists the sessions that end soonest first', async () => {
        const now = Date.now();
        const sessions = [3, 1, 2].map((hours) =>
          sampleSession({ absoluteExpiresAt: now + hours * 3_600_000 }),
        );
        for (const session of sessions) await issuer.insert(session);
        const [third, first, second] = sessions.map(({ id }) => id);

        expect(await issuer.idsOf('u-1')).toEqual([first, second, third]);
        expect(await issuer.idsOf('u-1', now + 2 * 3_600_000)).toEqual([first, second]);
      });

      it('is empty for a user without sessions', async () => {
        expect(await issuer.idsOf('nobody')).toEqual([]);
      });

      it('keeps users apart', async () => {
        const ada = sampleSession({ user: { id: 'u-1', username: 'ada' } });
        const eve = sampleSession({ user: { id: 'u-10', username: 'ada' } });
        await issuer.insert(ada);
        await issuer.insert(eve);

        expect(await issuer.idsOf('u-1')).toEqual([ada.id]);
        expect(await issuer.idsOf('u-10')).toEqual([eve.id]);

        await issuer.remove(ada.id, 'u-1');
        expect(await issuer.idsOf('u-10')).toEqual([eve.id]);
        expect(await store.find(eve.id)).not.toBeNull();
      });
    });
  });
}
