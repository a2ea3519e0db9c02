import { InvalidSessionError } from '../errors/invalid-session.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { isRecentSignIn } from '../roles/recent-sign-in.js';
import type { Session } from '../session/session.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { managerOf } from '../../test-support/manager-of.js';
import { fieldsOf } from '../../test-support/sample-session.js';
import { skippableTime } from '../../test-support/skippable-time.js';
import type { SessionIssuerModuleOptions } from './session-issuer.options.js';
import type { NewSession, SessionManager } from './session.manager.js';
import { untilAfter } from './test-support/until-after.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };
const eve: NewSession = { user: { id: 'u-2', username: 'eve' }, roles: ['products'] };

const skip = skippableTime();

describe('SessionManager', () => {
  let store: MemorySessionStore;
  let manager: SessionManager;

  beforeEach(() => {
    store = new MemorySessionStore();
    manager = managerWith();
  });

  function managerWith(options: SessionIssuerModuleOptions = {}): SessionManager {
    return managerOf(store, options);
  }

  /** Signs in and waits, because two sign-ins of one millisecond have no order. */
  async function signIn(from: NewSession, by = manager): Promise<string> {
    const { session } = await by.create(from);
    await untilAfter(session.createdAt);
    return session.id;
  }

  async function idsOf(userId: string): Promise<string[]> {
    return (await manager.listByUser(userId)).map(({ session }) => session.id);
  }

  describe('create', () => {
    it('stores the user, roles, user agent, address and data', async () => {
      const { session } = await manager.create({
        ...ada,
        userAgent: 'Browser/1.0',
        ip: '192.0.2.7',
        data: { locale: 'de' },
      });

      expect(fieldsOf(session)).toMatchObject({
        user: { id: 'u-1', username: 'ada' },
        roles: ['orders'],
        userAgent: 'Browser/1.0',
        ip: '192.0.2.7',
        data: { locale: 'de' },
      });
    });

    it('defaults the user agent and address to null, and the data to empty', async () => {
      const { session } = await manager.create(ada);

      expect(fieldsOf(session)).toMatchObject({ userAgent: null, ip: null, data: {} });
    });

    it('sets both timeouts as configured', async () => {
      const { session } = await managerWith({ idleTimeout: '5m', absoluteTimeout: '1h' }).create(
        ada,
      );

      expect(session.idleTimeout).toBe(300_000);
      expect(session.absoluteExpiresAt).toBe(session.createdAt + 3_600_000);
      expect(session.authenticatedAt).toBe(session.createdAt);
    });

    it('takes over an earlier time of authentication, and starts the timeouts now', async () => {
      const { session } = await managerWith({ absoluteTimeout: '1h' }).create({
        ...ada,
        authenticatedAt: 1,
      });

      expect(session.authenticatedAt).toBe(1);
      expect(isRecentSignIn(session, 3_600_000)).toBe(false);
      expect(session.absoluteExpiresAt).toBe(session.createdAt + 3_600_000);
    });

    it('treats an authentication time in the future as now', async () => {
      const { session } = await manager.create({ ...ada, authenticatedAt: Date.now() * 1_000 });

      expect(session.authenticatedAt).toBe(session.createdAt);
    });

    it('refuses a time of authentication that is not a whole number above zero', async () => {
      for (const authenticatedAt of [0, -1, 1.5, NaN]) {
        await expect(manager.create({ ...ada, authenticatedAt })).rejects.toThrow(
          InvalidSessionError,
        );
      }
    });

    it('truncates a long user agent', async () => {
      const { session } = await manager.create({ ...ada, userAgent: 'x'.repeat(100_000) });

      expect(session.userAgent).toBe('x'.repeat(256));
      expect((await manager.find(session.id))?.session.userAgent).toBe('x'.repeat(256));
    });

    it('never issues the same token twice', async () => {
      const issued = await Promise.all(Array.from({ length: 10 }, () => manager.create(ada)));

      expect(new Set(issued.map(({ token }) => token)).size).toBe(10);
    });
  });

  describe('the limit of sessions per user', () => {
    it('ends the oldest session at the next sign-in', async () => {
      const limited = managerWith({ maxPerUser: 2 });
      const first = await signIn(ada, limited);
      const second = await signIn(ada, limited);
      const third = await signIn(ada, limited);

      expect(await idsOf('u-1')).toEqual([third, second]);
      expect(await manager.find(first)).toBeNull();
    });

    it('keeps the new session when the limit is one', async () => {
      const limited = managerWith({ maxPerUser: 1 });
      await signIn(ada, limited);
      const last = await signIn(ada, limited);

      expect(await idsOf('u-1')).toEqual([last]);
    });

    it('applies to each user separately', async () => {
      const limited = managerWith({ maxPerUser: 1 });
      const his = await signIn(ada, limited);
      const hers = await signIn(eve, limited);

      expect(await idsOf('u-1')).toEqual([his]);
      expect(await idsOf('u-2')).toEqual([hers]);
    });

    it('does not count ended sessions', async () => {
      const limited = managerWith({ maxPerUser: 2 });
      const first = await signIn(ada, limited);
      const second = await signIn(ada, limited);
      await manager.revoke(second);
      const third = await signIn(ada, limited);

      expect(await idsOf('u-1')).toEqual([third, first]);
    });
  });

  describe('rotate', () => {
    it('changes only the ID and authentication time, and names the previous session', async () => {
      const { session } = await manager.create({ ...ada, data: { locale: 'de' } });
      skip(1);

      const rotated = await manager.rotate(session.id);

      const { id, authenticatedAt } = rotated?.session ?? session;
      expect(fieldsOf(rotated?.session ?? null)).toEqual({
        ...fieldsOf(session),
        id,
        authenticatedAt,
        supersedes: session.id,
      });
      expect(id).not.toBe(session.id);
      expect(authenticatedAt).toBeGreaterThan(session.authenticatedAt);
    });

    it('keeps the current roles', async () => {
      const { session } = await manager.create(ada);
      await manager.setRoles('u-1', ['orders', 'orders:write']);

      const rotated = await manager.rotate(session.id);

      expect(rotated?.session.roles).toEqual(['orders', 'orders:write']);
    });
  });

  describe('create with confirm', () => {
    async function signedInTwice(): Promise<string[]> {
      const ids = [await signIn(ada), await signIn(ada)];
      return ids.reverse();
    }

    it('calls confirm after the session is stored, and before other sessions end', async () => {
      const before = await signedInTwice();
      let found: string[] = [];

      const issued = await managerWith({ maxPerUser: 2 }).create(
        { ...ada, replaces: [before[0] ?? ''] },
        {},
        {
          confirm: async (session) => {
            found = (await idsOf('u-1')).filter((id) => id !== session.id);
            return (await manager.find(session.id)) !== null;
          },
        },
      );

      expect(found).toEqual(before);
      expect(await idsOf('u-1')).toEqual([issued?.session.id, before[1]]);
    });

    it.each([
      ['says no', () => Promise.resolve(false), null],
      ['fails', () => Promise.reject(new Error('away')), 'away'],
    ])('leaves all sessions unchanged when confirm %s', async (_what, confirm, message) => {
      const before = await signedInTwice();

      const outcome = await managerWith({ maxPerUser: 2 })
        .create({ ...ada, replaces: before }, {}, { confirm })
        .catch((error: unknown) => (error as Error).message);

      expect(outcome).toBe(message);
      expect(await idsOf('u-1')).toEqual(before);
    });

    it('ends the new session when the one it replaces cannot be ended', async () => {
      const before = await signedInTwice();
      jest.spyOn(store, 'inspect').mockRejectedValueOnce(new Error('away'));

      await expect(manager.create({ ...ada, replaces: before })).rejects.toThrow('away');

      expect(await idsOf('u-1')).toEqual(before);
    });
  });

  it('does not query the store for an invalid session ID', async () => {
    const [inspect, remove] = [jest.spyOn(store, 'inspect'), jest.spyOn(store, 'remove')];
    for (const id of ['', '}', 'a}{b', '../x', 'x'.repeat(3_000), `${'a'.repeat(42)}\n`]) {
      expect(await manager.find(id)).toBeNull();
      expect(await manager.revoke(id)).toBeNull();
      expect(await manager.rotate(id)).toBeNull();
    }
    expect([inspect, remove].flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  describe('revoke', () => {
    it('ends no other session', async () => {
      const first = await signIn(ada);
      const second = await signIn(ada);
      const other = await signIn(eve);

      await manager.revoke(first);

      expect(await idsOf('u-1')).toEqual([second]);
      expect(await idsOf('u-2')).toEqual([other]);
    });
  });

  describe('revokeAll', () => {
    it('keeps the excepted session', async () => {
      await signIn(ada);
      const kept = await signIn(ada);
      await signIn(ada);

      expect(await manager.revokeAll('u-1', { except: kept })).toBe(2);
      expect(await idsOf('u-1')).toEqual([kept]);
    });

    it('ends all sessions when the exception belongs to another user', async () => {
      await signIn(ada);
      const other = await signIn(eve);

      expect(await manager.revokeAll('u-1', { except: other })).toBe(1);
      expect(await idsOf('u-1')).toEqual([]);
    });

    it('returns 0 for a user without sessions', async () => {
      expect(await manager.revokeAll('nobody')).toBe(0);
    });
  });

  describe('listByUser', () => {
    it('lists the latest sign-in first, with the user agent of each session', async () => {
      const first = await signIn({ ...ada, userAgent: 'One/1.0' });
      const second = await signIn({ ...ada, userAgent: 'Two/1.0' });

      const list = await manager.listByUser('u-1');

      expect(list.map(({ session }) => [session.id, session.userAgent])).toEqual([
        [second, 'Two/1.0'],
        [first, 'One/1.0'],
      ]);
    });
  });

  describe.each([
    ['a rotation', {}],
    ['a rotation with a grace', { grace: true }],
  ])('%s while the index is read', (_, options) => {
    /** Store that rotates a session once its index has been read. */
    class RotatingStore extends MemorySessionStore {
      rotate: () => Promise<unknown> = () => Promise.resolve();

      override async idsOf(userId: string, until?: number): Promise<string[]> {
        const ids = await super.idsOf(userId, until);
        const { rotate } = this;
        this.rotate = () => Promise.resolve();
        await rotate();
        return ids;
      }
    }

    it('does not hide the session from the list', async () => {
      const store = new RotatingStore();
      const rotating = managerOf(store);
      const { session } = await rotating.create(ada);
      const rotated: (string | undefined)[] = [];
      store.rotate = async () => {
        rotated.push((await rotating.rotate(session.id, {}, options))?.session.id);
      };

      const listed = await rotating.listByUser('u-1');

      expect(listed.map((it) => it.session.id)).toEqual(rotated);
      expect(rotated).toEqual([expect.any(String)]);
    });

    it('does not let a sign-in exceed the limit', async () => {
      const store = new RotatingStore();
      const limited = managerOf(store, { maxPerUser: 2 });
      await limited.create(ada);
      const { session } = await limited.create(ada);
      // The second read of the index lists the sessions that may have to end.
      store.rotate = () => {
        store.rotate = () => limited.rotate(session.id, {}, options);
        return Promise.resolve();
      };

      await limited.create(ada);

      expect((await limited.listByUser('u-1')).length).toBe(2);
    });
  });

  describe('setRoles', () => {
    it('removes all roles with an empty list', async () => {
      const id = await signIn(ada);

      await manager.setRoles('u-1', []);

      expect((await manager.find(id))?.session.roles).toEqual([]);
    });

    it('leaves other users alone', async () => {
      const other = await signIn(eve);

      expect(await manager.setRoles('u-1', ['admin'])).toBe(0);
      expect((await manager.find(other))?.session.roles).toEqual(['products']);
    });

    it('changes nothing but the roles', async () => {
      const { session } = await manager.create({ ...ada, ip: '192.0.2.7' });

      await manager.setRoles('u-1', ['products']);

      expect(fieldsOf((await manager.find(session.id))?.session ?? null)).toEqual({
        ...fieldsOf(session),
        roles: ['products'],
      });
    });
  });
});

describe('a rotation that fails half-way', () => {
  it('leaves only the old session', async () => {
    class FailingStore extends MemorySessionStore {
      override remove(
        ...[id, userId, heir]: Parameters<MemorySessionStore['remove']>
      ): Promise<Session | null> {
        if (heir) return Promise.reject(new SessionStoreUnavailableError());
        return super.remove(id, userId);
      }
    }
    const store = new FailingStore();
    const manager = managerOf(store);
    const { session } = await manager.create(ada);

    await expect(manager.rotate(session.id)).rejects.toThrow(SessionStoreUnavailableError);

    expect(await store.idsOf('u-1')).toEqual([session.id]);
  });
});
