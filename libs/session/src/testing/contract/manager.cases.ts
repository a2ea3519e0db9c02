import assert from 'node:assert/strict';
import { isToken, sessionIdOf } from '../../token/session-token.js';
import { casesAbout } from './contract-case.js';
import { type IssuingGround, SHORT } from './contract-ground.js';
import { fieldsOf } from './sample-session.js';
import { ada, eve, signedIn } from './signed-in.js';

/** Cases about a `SessionManager` on the store: which sessions it keeps, lists and changes. */
export const managerCases = casesAbout<IssuingGround>('SessionManager', {
  local: {
    'creates a token that leads to the stored session': async (ground) => {
      const { manager } = signedIn(ground);

      const { token, session } = await manager.create(ada);

      assert.ok(isToken(token));
      assert.equal(session.id, sessionIdOf(token));
      assert.deepEqual(fieldsOf(await ground.store.find(session.id)), fieldsOf(session));
    },

    'keeps a session whose user agent is truncated within a character': async (ground) => {
      const { manager } = signedIn(ground);

      const { session } = await manager.create({ ...ada, userAgent: `${'x'.repeat(255)}𝄞` });

      assert.equal((await manager.find(session.id))?.session.userAgent, session.userAgent);
    },

    'holds the limit for concurrent sign-ins, which end all older sessions': async (ground) => {
      const { managerWith, signIn, listed } = signedIn(ground);
      const limited = managerWith({ maxPerUser: 3 });
      const old = [await signIn(ada, limited), await signIn(ada, limited)];

      await Promise.all(Array.from({ length: 12 }, () => limited.create(ada)));

      const left = await listed('u-1');
      assert.equal(left.length, 3);
      assert.deepEqual(
        left.filter((id) => old.includes(id)),
        [],
      );
    },

    'does not count idle sessions towards the limit': async (ground) => {
      const { managerWith, signIn, untilGone, listed } = signedIn(ground);
      const lost = await signIn(ada, managerWith({ maxPerUser: 2, idleTimeout: SHORT }));
      const kept = await signIn(ada, managerWith({ maxPerUser: 2 }));
      await untilGone(lost);
      const last = await signIn(ada, managerWith({ maxPerUser: 2 }));

      assert.deepEqual(await listed('u-1'), [last, kept]);
    },

    'revokes a session once, and returns it': async (ground) => {
      const { manager, listed } = signedIn(ground);
      const { session } = await manager.create(ada);

      assert.equal((await manager.revoke(session.id))?.id, session.id);

      assert.equal(await manager.find(session.id), null);
      assert.deepEqual(await listed('u-1'), []);
      assert.equal(await manager.revoke(session.id), null);
    },

    'revokes and counts every session of a user, and of no other user': async (ground) => {
      const { manager, signIn, listed } = signedIn(ground);
      await Promise.all([manager.create(ada), manager.create(ada), manager.create(ada)]);
      const other = await signIn(eve);

      assert.equal(await manager.revokeAll('u-1'), 3);

      assert.deepEqual(await listed('u-1'), []);
      assert.deepEqual(await listed('u-2'), [other]);
    },

    'neither lists nor counts sessions that have idled out': async (ground) => {
      const { manager, managerWith, signIn, untilGone, listed } = signedIn(ground);
      const brief = managerWith({ idleTimeout: SHORT });
      const lost = await signIn(ada, brief);
      const kept = await signIn(ada);
      await untilGone(lost);

      assert.deepEqual(await listed('u-1'), [kept]);
      assert.deepEqual(await ground.store.idsOf('u-1'), [kept]);
      assert.equal(await manager.setRoles('u-1', ['products']), 1);
      assert.equal(await manager.revokeAll('u-1'), 1);
    },

    'lists each session once in pages, even when the last session of a page has ended': async (
      ground,
    ) => {
      const { manager, managerWith, signIn } = signedIn(ground);
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

      assert.deepEqual(pages, [ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    },

    'fills a page when sessions in between have ended': async (ground) => {
      const { manager, managerWith, signIn, untilGone } = signedIn(ground);
      const ids: string[] = [];
      for (let i = 0; i < 5; i += 1) {
        const idleTimeout = i === 2 || i === 3 ? SHORT : 60_000;
        const by = managerWith({ absoluteTimeout: 3_600_000 + i, idleTimeout });
        ids.unshift(await signIn(ada, by));
      }
      await untilGone(ids[1] ?? '');
      await untilGone(ids[2] ?? '');

      const page = await manager.listByUser('u-1', { limit: 2 });

      assert.deepEqual(
        page.map(({ session }) => session.id),
        [ids[0], ids[3]],
      );
    },

    'does not count a listing as use': async (ground) => {
      const { manager, managerWith } = signedIn(ground);
      const { session } = await managerWith({ idleTimeout: SHORT }).create(ada);

      await ground.eventually(async () => (await manager.listByUser('u-1')).length === 0);

      assert.equal(await manager.find(session.id), null);
    },

    'gives every session of the user exactly the new roles': async (ground) => {
      const { manager, signIn } = signedIn(ground);
      const ids = [await signIn(ada), await signIn({ ...ada, roles: ['admin'] })];

      assert.equal(await manager.setRoles('u-1', ['products']), 2);

      for (const id of ids) {
        assert.deepEqual((await ground.store.find(id))?.roles, ['products']);
      }
    },
  },
});
