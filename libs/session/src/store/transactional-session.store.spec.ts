import { MovedClock } from '../../test-support/moved-clock.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import type { StoredSession } from './stored-session.js';
import type { Change, Reading } from './transactional-session.store.js';

/** Store that counts its transactions, on a database whose clock may differ from this process' clock. */
class CountingStore extends MemorySessionStore {
  transactions = 0;
  /** Milliseconds. */
  databaseIsAhead = 0;

  protected override async read(id: string): Promise<Reading | null> {
    const reading = await super.read(id);
    return reading && { ...reading, now: reading.now + this.databaseIsAhead };
  }

  protected override change<T>(ids: readonly string[], change: Change<T>): Promise<T> {
    this.transactions += 1;
    return super.change(ids, (stored: readonly StoredSession[], now) =>
      change(stored, now + this.databaseIsAhead),
    );
  }
}

describe('TransactionalSessionStore', () => {
  const clock = MovedClock.forEachTest();
  let store: CountingStore;

  beforeEach(() => {
    store = new CountingStore();
  });

  it('renews a found session once a thirtieth of the idle timeout has passed', async () => {
    const { id } = sampleSession();
    await store.insert(sampleSession({ id, idleTimeout: 30_000 }));
    const found = await store.find(id);
    const before = store.transactions;

    clock.forward(900);
    if (found) expect(store.touch(found)).toBeUndefined();
    expect(store.transactions).toBe(before);

    clock.forward(200);
    if (found) await store.touch(found);
    expect(store.transactions).toBe(before + 1);
    const snapshot = await store.inspect(id);
    expect(snapshot?.lastSeenAt).toBeGreaterThan(Date.now() - 500);
  });

  it('renews a session at once when its last renewal was long before the lookup', async () => {
    const { id } = sampleSession();
    await store.insert(sampleSession({ id, idleTimeout: 30_000 }));
    clock.forward(20_000);
    const found = await store.find(id);

    if (found) await store.touch(found);

    clock.forward(20_000);
    expect(await store.find(id)).not.toBeNull();
  });

  it('uses the clock of the database for the idle timeout', async () => {
    store.databaseIsAhead = 3_600_000;
    const session = sampleSession({
      idleTimeout: 60_000,
      absoluteExpiresAt: Date.now() + 7_200_000,
    });

    await store.insert(session);

    const snapshot = await store.inspect(session.id);
    expect(snapshot?.expiresAt).toBeGreaterThan(Date.now() + 3_600_000);
  });

  it('limits a superseded session by the clock of the database', async () => {
    const session = sampleSession();
    const by = sampleSession();
    await store.insert(session);
    await store.insert(by);
    store.databaseIsAhead = -3_600_000;

    await store.update(session.id, (it) => it.with({ supersededBy: by.id }), { by, grace: 10_000 });

    const snapshot = await store.inspect(session.id);
    expect(snapshot?.expiresAt).toBeLessThanOrEqual(Date.now() - 3_600_000 + 10_000);
  });

  it('keeps the existing attributes of an heir', async () => {
    const [session, heir] = [sampleSession(), sampleSession()];
    await store.insert(session);
    await store.insert(heir);
    await store.add(session, { service: 'orders', name: 'coupon', value: '1' });
    await store.add(heir, { service: 'orders', name: 'own', value: '2' });

    await store.remove(session.id, null, heir);

    expect([...(await store.attributes(heir.id, 'orders'))].sort()).toEqual([
      ['coupon', '1'],
      ['own', '2'],
    ]);
  });
});
