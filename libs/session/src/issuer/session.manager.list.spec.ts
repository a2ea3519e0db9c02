import { MemorySessionEventLog } from '../events/memory-session-event.log.js';
import { SessionEvents } from '../events/session-events.js';
import { NO_SECURITY_LOG } from '../audit/no-security.log.js';
import { SessionCounters } from '../store/session-counters.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionEventRecorder } from './session-event.recorder.js';
import type { SessionFilter } from './session-filter.js';
import { SessionIssuerOptions } from './session-issuer.options.js';
import { SessionManager } from './session.manager.js';

function managerOf(store: MemorySessionStore): SessionManager {
  const options = new SessionIssuerOptions({ maxPerUser: 1_000 });
  const log = new MemorySessionEventLog();
  const events = new SessionEvents(log);
  return new SessionManager(
    store,
    options,
    new SessionEventRecorder(log, events, new SessionCounters(), options, NO_SECURITY_LOG),
  );
}

describe('SessionManager, for sessions of all users', () => {
  let store: MemorySessionStore;
  let manager: SessionManager;

  beforeEach(() => {
    store = new MemorySessionStore();
    manager = managerOf(store);
  });

  const signIn = async (userId: string, roles: string[] = [], ip: string | null = null) => {
    const { session } = await manager.create({
      user: { id: userId, username: userId },
      roles: roles,
      ip,
    });
    return session.id;
  };

  async function walk(filter: SessionFilter, limit: number, examine = 2_000) {
    const ids: string[] = [];
    let calls = 0;
    let examined = 0;
    let page;
    do {
      page = await manager.list({ filter, limit, examine, after: page?.next });
      ids.push(...page.sessions.map(({ session }) => session.id));
      calls += 1;
      examined += page.examined;
    } while (page.next !== null);
    return { ids, calls, examined };
  }

  it('lists every session once over pages of any size', async () => {
    const created = [];
    for (let i = 0; i < 23; i += 1) created.push(await signIn(`u-${i % 5}`));

    for (const limit of [1, 7, 22, 23, 24, 100]) {
      const { ids } = await walk({}, limit);
      expect(ids.toSorted()).toEqual(created.toSorted());
    }
    expect(await manager.count()).toBe(23);
  });

  it('lists the sessions that meet every condition of a filter', async () => {
    const started = Date.now();
    const one = await signIn('u-1', ['orders'], '203.0.113.1');
    await signIn('u-2', ['products'], '203.0.113.1');
    await signIn('u-1', ['orders', 'products'], '203.0.113.2');

    expect((await walk({ role: 'orders', ip: '203.0.113.1' }, 10)).ids).toEqual([one]);
    expect((await walk({ userId: 'u-1', ip: '203.0.113.1' }, 10)).ids).toEqual([one]);
    expect((await walk({ role: 'order' }, 10)).ids).toEqual([]);
    expect((await walk({ signedInAfter: started }, 10)).ids).toHaveLength(3);
    expect((await walk({ signedInBefore: started }, 10)).ids).toEqual([]);
    expect((await walk({ userId: 'u-1' }, 1)).ids).toHaveLength(2);
  });

  it('examines no more sessions at once than it may, and continues', async () => {
    for (let i = 0; i < 30; i += 1) await signIn(`u-${i}`, i % 10 === 0 ? ['rare'] : []);

    const { ids, calls, examined } = await walk({ role: 'rare' }, 10, 8);

    expect(ids).toHaveLength(3);
    expect(calls).toBe(4);
    expect(examined).toBe(30);
  });

  it('refuses a filter and a limit that it does not understand', async () => {
    const filter = { rolle: 'admin' } as SessionFilter;
    await expect(manager.list({ filter })).rejects.toThrow("'rolle' is not a filter of sessions.");
    await expect(manager.revokeWhere(filter)).rejects.toThrow("'rolle' is not a filter");
    await expect(manager.list({ limit: 0 })).rejects.toThrow(RangeError);
    await expect(manager.list({ examine: 1.5 })).rejects.toThrow(RangeError);
  });

  it('revokes what a filter lists, and nothing else', async () => {
    const attacked = [];
    for (let i = 0; i < 12; i += 1) attacked.push(await signIn(`u-${i}`, [], '203.0.113.9'));
    const other = await signIn('u-1', [], '203.0.113.1');

    expect(await manager.revokeWhere({ ip: '203.0.113.9' })).toBe(12);

    expect((await walk({}, 100)).ids).toEqual([other]);
  });

  it('revokes nothing for a filter without a condition, and everything on purpose', async () => {
    for (let i = 0; i < 3; i += 1) await signIn(`u-${i}`);

    for (const filter of [{}, { role: undefined }]) {
      await expect(manager.revokeWhere(filter)).rejects.toThrow('The filter has no condition.');
    }
    expect(await manager.count()).toBe(3);
    expect(await manager.revokeWhere({ signedInBefore: Infinity })).toBe(3);
    expect(await manager.count()).toBe(0);
  });

  it('explains what a store lacks that cannot list all sessions', async () => {
    Object.assign(store, { count: undefined });

    expect(() => manager.count()).toThrow(
      'MemorySessionStore does not list the sessions of all users. Implement count() and listAfter()',
    );
    await expect(manager.list()).rejects.toThrow(TypeError);
  });
});
