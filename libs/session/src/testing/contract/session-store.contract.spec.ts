import { skippableTime } from '../../../test-support/skippable-time.js';
import type { Session } from '../../session/session.js';
import type { AddOutcome, WriteOnceAttribute } from '../../store/add-outcome.js';
import type { Succession } from '../../store/issuer-session.store.js';
import type { StoredSession } from '../../store/stored-session.js';
import type { Change, Reading } from '../../store/transactional-session.store.js';
import { MemorySessionStore } from '../memory-session.store.js';
import { issuerSessionStoreCases, sessionStoreCases } from './session-store.contract.js';

const pass = skippableTime();

/** Brings a session back when a touch arrives late. */
class ResurrectingStore extends MemorySessionStore {
  override async touch(session: Session): Promise<void> {
    await super.touch(session);
    if ((await this.find(session.id)) === null) await super.insert(session);
  }
}

/** Renews a superseded session. */
class ExtendingStore extends MemorySessionStore {
  override touch(session: Session): Promise<void> {
    return this.change([session.id], ([stored], now) => ({
      kept: stored
        ? [{ ...stored, endsAt: Infinity, idleEndsAt: now + session.idleTimeout }]
        : null,
      result: undefined,
    }));
  }
}

/** Knows no absolute timeout. */
class EndlessStore extends MemorySessionStore {
  protected override change<T>(ids: readonly string[], change: Change<T>): Promise<T> {
    return super.change(ids, (stored, now) => {
      const { kept, result } = change(stored, now);
      return { kept: kept?.map((it) => ({ ...it, endsAt: Infinity })) ?? null, result };
    });
  }
}

/** Knows no idle timeout. */
class TirelessStore extends MemorySessionStore {
  protected override async read(id: string): Promise<Reading | null> {
    const reading = await super.read(id);
    return reading && { ...reading, stored: { ...reading.stored, idleEndsAt: Infinity } };
  }
}

/** Counts a lookup as use. */
class RenewingStore extends MemorySessionStore {
  override async find(id: string): Promise<Session | null> {
    const session = await super.find(id);
    if (session) await super.touch(session.with({}));
    return session;
  }
}

/** Loses attributes when a session is replaced. */
class ForgetfulStore extends MemorySessionStore {
  override remove(id: string): Promise<Session | null> {
    return super.remove(id);
  }
}

/** Leaves attributes behind when a session is superseded. */
class LeavingStore extends MemorySessionStore {
  override update(
    id: string,
    change: (session: Session) => Session | null,
    succession?: Succession,
  ): Promise<Session | null> {
    const by = succession && { grace: succession.grace, by: succession.by.with({ id: 'nobody' }) };
    return super.update(id, change, by);
  }
}

/** Replaces an attribute of the same name. */
class OverwritingStore extends MemorySessionStore {
  override async add(session: Session, attribute: WriteOnceAttribute): Promise<AddOutcome> {
    const { service, name } = attribute;
    await this.change([session.id], ([stored]) => {
      if (!stored) return { kept: null, result: undefined };
      const all = JSON.parse(stored.attributes) as Record<string, Record<string, string>>;
      const others = Object.entries(all[service] ?? {}).filter(([other]) => other !== name);
      const attributes = JSON.stringify({ ...all, [service]: Object.fromEntries(others) });
      return { kept: [{ ...stored, attributes }], result: undefined };
    });
    return super.add(session, attribute);
  }
}

/** Shows one service the attributes of another. */
class MixingStore extends MemorySessionStore {
  override add(session: Session, attribute: WriteOnceAttribute): Promise<AddOutcome> {
    return super.add(session, { ...attribute, service: 'all' });
  }

  override attributes(id: string): Promise<ReadonlyMap<string, string>> {
    return super.attributes(id, 'all');
  }
}

/** Reads, waits and writes without a lock. */
class RacingStore extends MemorySessionStore {
  protected override async change<T>(ids: readonly string[], change: Change<T>): Promise<T> {
    let read: readonly StoredSession[] = [];
    await super.change(ids, (stored) => {
      read = stored;
      return { kept: null, result: undefined };
    });
    await Promise.resolve();
    return super.change(ids, (_, now) => change(read, now));
  }
}

/** Serves a copy that it made before the session changed or ended. */
class StaleStore extends MemorySessionStore {
  readonly #copies = new Map<string, Session>();

  override peek(id: string): Session | undefined {
    return this.#copies.get(id);
  }

  override async find(id: string): Promise<Session | null> {
    const session = await super.find(id);
    if (session) this.#copies.set(id, session);
    return session;
  }
}

/** Lists sessions in the order of their creation. */
class UnorderedStore extends MemorySessionStore {
  readonly #ids: string[] = [];

  override insert(session: Session): Promise<void> {
    this.#ids.push(session.id);
    return super.insert(session);
  }

  override async idsOf(userId: string, until?: number): Promise<string[]> {
    const ids = await super.idsOf(userId, until);
    return this.#ids.filter((id) => ids.includes(id));
  }
}

/** Lists the sessions of users whose ids begin alike. */
class MixedIndexStore extends MemorySessionStore {
  protected override change<T>(ids: readonly string[], change: Change<T>): Promise<T> {
    return super.change(ids, (stored, now) => {
      const { kept, result } = change(stored, now);
      const mixed = kept?.map((it) => ({ ...it, userId: it.userId.slice(0, 3) }));
      return { kept: mixed ?? null, result };
    });
  }

  override idsOf(userId: string, until?: number): Promise<string[]> {
    return super.idsOf(userId.slice(0, 3), until);
  }
}

/** Swallows what the change function throws. */
class SwallowingStore extends MemorySessionStore {
  override update(...args: Parameters<MemorySessionStore['update']>): Promise<Session | null> {
    return super.update(...args).catch(() => null);
  }
}

type Broken = readonly [store: new () => MemorySessionStore, failing: RegExp];

/** Stores with defects in what services do, each with the cases that notice the defect. A slow machine ends a short session early, so the first of them can pass. */
const BROKEN_READERS: readonly Broken[] = [
  [ResurrectingStore, /^a session that was never stored is not created by a touch/],
  [EndlessStore, /^the absolute timeout ends/],
  [TirelessStore, /^the idle timeout/],
  [RenewingStore, /^the idle timeout/],
  [OverwritingStore, /^a write-once attribute is rejected beyond the limits/],
  [MixingStore, /^a write-once attribute is read separately/],
  [RacingStore, /^a write-once attribute is added by exactly one/],
];

/** Stores with defects in what the issuing app does as well. */
const BROKEN: readonly Broken[] = [
  ...BROKEN_READERS,
  [StaleStore, /^the idle timeout/],
  [ExtendingStore, /^the absolute timeout ends|^the idle timeout/],
  [SwallowingStore, /^an update rethrows/],
  [ForgetfulStore, /^a removal with an heir passes the attributes/],
  [LeavingStore, /^a superseded session keeps its attributes/],
  [UnorderedStore, /^the index of a user lists the sessions that end soonest/],
  [MixedIndexStore, /^the index of a user keeps users apart/],
];

const named = (stores: readonly Broken[]) =>
  stores.map(([Store, failing]) => [Store.name, Store, failing] as const);

/** Runs cases until one fails, and returns its name. */
async function firstFailure(cases: ReturnType<typeof sessionStoreCases>): Promise<string | null> {
  for (const { name, run } of cases) {
    const hasFailed = await run().then(
      () => false,
      () => true,
    );
    if (hasFailed) return name;
  }
  return null;
}

describe('the contract of issuing stores', () => {
  it.each(named(BROKEN))('notices the defect of %s', async (_, BrokenStore, failing) => {
    const cases = issuerSessionStoreCases({ open: () => new BrokenStore(), pass });

    expect(await firstFailure(cases)).toMatch(failing);
  });

  it('names each case once', () => {
    const names = issuerSessionStoreCases({ open: () => new MemorySessionStore() }).map(
      ({ name }) => name,
    );

    expect(new Set(names).size).toBe(names.length);
  });

  it('has cases without parameters, which Jest would treat as callbacks', () => {
    const cases = issuerSessionStoreCases({ open: () => new MemorySessionStore() });

    expect(cases.filter(({ run }) => run.length > 0)).toEqual([]);
  });
});

describe('the contract of reading stores', () => {
  const opened = (Store: new () => MemorySessionStore) => () => {
    const store = new Store();
    return { store, issuer: store };
  };

  it.each(named(BROKEN_READERS))('notices the defect of %s', async (_, BrokenStore, failing) => {
    const cases = sessionStoreCases({ open: opened(BrokenStore), pass });

    expect(await firstFailure(cases)).toMatch(failing);
  });

  it.each(sessionStoreCases({ open: opened(MemorySessionStore), pass }))(
    'passes a sound store: $name',
    ({ run }) => run(),
  );
});
