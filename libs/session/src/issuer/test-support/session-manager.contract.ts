import { eventually } from '../../../../../tools/testing/eventually.js';
import type { IssuerSessionStore } from '../issuer-session.store.js';
import { managerOf } from '../../../test-support/manager-of.js';
import { fieldsOf } from '../../../test-support/sample-session.js';
import { isToken, sessionIdOf } from '../../token/session-token.js';
import type { SessionIssuerModuleOptions } from '../session-issuer.options.js';
import type { NewSession, SessionManager } from '../session.manager.js';
import { untilAfter } from './until-after.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };
const eve: NewSession = { user: { id: 'u-2', username: 'eve' }, roles: ['products'] };

/** Milliseconds: short enough to wait for. */
const BRIEF = 50;

/** Store and clock on which a manager is tested. */
export interface ManagerGround {
  /** @returns a store without sessions; called before each test */
  readonly open: () => IssuerSessionStore;
  /** Advances the store's clock, if that is possible. */
  readonly skip: (ms: number) => void;
}

/** Signs in and waits, so that the next sign-in is later: two sign-ins of one millisecond have no order. */
export async function signInWith(manager: SessionManager, from: NewSession): Promise<string> {
  const { session } = await manager.create(from);
  await untilAfter(session.createdAt);
  return session.id;
}

/** Behaviour of a manager that depends on the store: which sessions it keeps, for how long and at once. */
export function describeSessionManager(name: string, { open, skip }: ManagerGround): void {
  describe(`SessionManager on ${name}`, () => {
    let store: IssuerSessionStore;
    let manager: SessionManager;

    beforeEach(() => {
      store = open();
      manager = managerWith();
    });

    function managerWith(options: SessionIssuerModuleOptions = {}): SessionManager {
      return managerOf(store, options);
    }

    const signIn = (from: NewSession, by = manager) => signInWith(by, from);

    async function idsOf(userId: string): Promise<string[]> {
      return (await manager.listByUser(userId)).map(({ session }) => session.id);
    }

    /** Waits until a session has ended by its idle timeout of {@link BRIEF}. */
    async function untilGone(id: string): Promise<void> {
      skip(BRIEF);
      await eventually(async () => (await manager.find(id)) === null);
    }

    describe('create', () => {
      it('returns a token that leads to the stored session', async () => {
        const { token, session } = await manager.create(ada);

        expect(isToken(token)).toBe(true);
        expect(session.id).toBe(sessionIdOf(token));
        expect(fieldsOf((await manager.find(session.id))?.session ?? null)).toEqual(
          fieldsOf(session),
        );
      });

      it('keeps a session whose user agent is truncated within a character', async () => {
        const { session } = await manager.create({ ...ada, userAgent: `${'x'.repeat(255)}𝄞` });

        expect((await manager.find(session.id))?.session.userAgent).toBe(session.userAgent);
      });
    });

    describe('the limit of sessions per user', () => {
      it('holds for concurrent sign-ins, which end all older sessions', async () => {
        const limited = managerWith({ maxPerUser: 3 });
        const old = [await signIn(ada, limited), await signIn(ada, limited)];

        await Promise.all(Array.from({ length: 12 }, () => limited.create(ada)));

        const left = await idsOf('u-1');
        expect(left).toHaveLength(3);
        expect(left.filter((id) => old.includes(id))).toEqual([]);
      });

      it('does not count sessions that have idled out', async () => {
        const brief = managerWith({ maxPerUser: 2, idleTimeout: BRIEF });
        const lost = await signIn(ada, brief);
        const kept = await signIn(ada, managerWith({ maxPerUser: 2 }));
        await untilGone(lost);
        const last = await signIn(ada, managerWith({ maxPerUser: 2 }));

        expect(await idsOf('u-1')).toEqual([last, kept]);
      });
    });

    describe('rotate', () => {
      it('issues a new token and ends the old one', async () => {
        const { token, session } = await manager.create(ada);

        const rotated = await manager.rotate(session.id);

        expect(rotated?.token).not.toBe(token);
        expect(await manager.find(sessionIdOf(token))).toBeNull();
        expect(await manager.find(sessionIdOf(rotated?.token ?? ''))).not.toBeNull();
        expect(await idsOf('u-1')).toEqual([rotated?.session.id]);
      });

      it('does not extend the absolute timeout', async () => {
        const { session } = await managerWith({ absoluteTimeout: 400, idleTimeout: 400 }).create(
          ada,
        );

        const rotated = await manager.rotate(session.id);

        expect(rotated?.session.absoluteExpiresAt).toBe(session.absoluteExpiresAt);
        await eventually(async () => {
          skip(20);
          return (await manager.find(rotated?.session.id ?? '')) === null;
        });
        expect(Date.now()).toBeGreaterThanOrEqual(session.absoluteExpiresAt);
      });

      it('returns null for a session that is gone, and creates none', async () => {
        const { session } = await manager.create(ada);
        await manager.revoke(session.id);

        expect(await manager.rotate(session.id)).toBeNull();
        expect(await idsOf('u-1')).toEqual([]);
      });

      it('issues one token for concurrent rotations', async () => {
        const { session } = await manager.create(ada);

        const rotations = await Promise.all(
          Array.from({ length: 10 }, () => manager.rotate(session.id)),
        );

        const won = rotations.filter((rotation) => rotation !== null);
        expect(won).toHaveLength(1);
        expect(await idsOf('u-1')).toEqual([won[0]?.session.id]);
      });
    });

    describe('revoke', () => {
      it('ends the session and returns it', async () => {
        const { session } = await manager.create(ada);

        expect((await manager.revoke(session.id))?.id).toBe(session.id);
        expect(await manager.find(session.id)).toBeNull();
        expect(await idsOf('u-1')).toEqual([]);
      });

      it('can be repeated', async () => {
        const { session } = await manager.create(ada);
        await manager.revoke(session.id);

        expect(await manager.revoke(session.id)).toBeNull();
      });
    });

    describe('revokeAll', () => {
      it('ends and counts every session of the user, and of no other user', async () => {
        await Promise.all([manager.create(ada), manager.create(ada), manager.create(ada)]);
        const other = await signIn(eve);

        expect(await manager.revokeAll('u-1')).toBe(3);
        expect(await idsOf('u-1')).toEqual([]);
        expect(await idsOf('u-2')).toEqual([other]);
      });

      it('does not count sessions that have idled out', async () => {
        const brief = managerWith({ idleTimeout: BRIEF });
        const lost = await signIn(ada, brief);
        await signIn(ada);
        await untilGone(lost);

        expect(await manager.revokeAll('u-1')).toBe(1);
      });
    });

    describe('listByUser', () => {
      it('lists each session once in pages, even when the last session of a page has ended', async () => {
        const ids: string[] = [];
        for (let i = 0; i < 7; i += 1) {
          ids.unshift(await signIn(ada, managerWith({ absoluteTimeout: 3_600_000 + i })));
        }
        const pages: string[][] = [];
        let page = await manager.listByUser('u-1', { limit: 3 });
        while (page.length > 0) {
          pages.push(page.map(({ session }) => session.id));
          const after = page.at(-1)?.session;
          await manager.revoke(after?.id ?? '');
          page = await manager.listByUser('u-1', { limit: 3, after });
        }

        expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
      });

      it('fills a page when sessions in between have ended', async () => {
        const ids: string[] = [];
        for (let i = 0; i < 5; i += 1) {
          const idleTimeout = i === 2 || i === 3 ? BRIEF : 60_000;
          const by = managerWith({ absoluteTimeout: 3_600_000 + i, idleTimeout });
          ids.unshift(await signIn(ada, by));
        }
        await untilGone(ids[1] ?? '');
        await untilGone(ids[2] ?? '');

        const page = await manager.listByUser('u-1', { limit: 2 });

        expect(page.map(({ session }) => session.id)).toEqual([ids[0], ids[3]]);
      });

      it.each([0, -1, 1.5, NaN])('rejects a limit of %s', async (limit) => {
        await expect(manager.listByUser('u-1', { limit })).rejects.toThrow(/^limit: give a whole/);
      });

      it('omits sessions that have idled out', async () => {
        const lost = await signIn(ada, managerWith({ idleTimeout: BRIEF }));
        const kept = await signIn(ada);
        await untilGone(lost);

        expect(await idsOf('u-1')).toEqual([kept]);
      });

      it('removes ended sessions from the index', async () => {
        const lost = await signIn(ada, managerWith({ idleTimeout: BRIEF }));
        const kept = await signIn(ada);
        await untilGone(lost);

        await manager.listByUser('u-1');

        expect(await store.idsOf('u-1')).toEqual([kept]);
      });

      it('does not count as use', async () => {
        const brief = managerWith({ idleTimeout: 100 });
        const { session } = await brief.create(ada);

        await eventually(async () => {
          skip(20);
          return (await manager.listByUser('u-1')).length === 0;
        });

        expect(await manager.find(session.id)).toBeNull();
      });
    });

    describe('setRoles', () => {
      it('gives every session of the user exactly these roles', async () => {
        const first = await signIn(ada);
        const second = await signIn({ ...ada, roles: ['admin'] });

        expect(await manager.setRoles('u-1', ['products'])).toBe(2);
        expect((await manager.find(first))?.session.roles).toEqual(['products']);
        expect((await manager.find(second))?.session.roles).toEqual(['products']);
      });

      it('does not count sessions that have idled out', async () => {
        const lost = await signIn(ada, managerWith({ idleTimeout: BRIEF }));
        await signIn(ada);
        await untilGone(lost);

        expect(await manager.setRoles('u-1', ['products'])).toBe(1);
      });
    });
  });
}
