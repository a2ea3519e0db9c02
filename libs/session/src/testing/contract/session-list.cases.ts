import assert from 'node:assert/strict';
import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import type { SessionPosition } from '../../store/session-position.js';
import { superseded } from '../../session/superseded.js';
import { casesAbout } from './contract-case.js';
import type { IssuingGround } from './contract-ground.js';
import { sampleSession } from './sample-session.js';

const HOUR = 3_600_000;

/** Store that lists the sessions of all users. */
type Listing = IssuerSessionStore & Required<Pick<IssuerSessionStore, 'count' | 'listAfter'>>;

/** Cases about the list of all sessions. A store without `count()` and `listAfter()` passes them. */
export const sessionListCases = casesAbout<IssuingGround>('the list of all sessions', {
  anywhere: {
    'counts and lists sessions of all users, the latest absolute expiry first': forListing(
      async (store) => {
        const now = Date.now();
        const sessions = [3, 1, 2].map((hours) =>
          sampleSession({
            user: { id: `u-${hours}`, username: 'ada' },
            absoluteExpiresAt: now + hours * HOUR,
          }),
        );
        for (const session of sessions) await store.insert(session);
        const [third, first, second] = sessions.map(({ id }) => id);

        assert.equal(await store.count(), 3);
        assert.deepEqual(await idsIn(store), [third, second, first]);
      },
    ),

    'lists the snapshot of each session': forListing(async (store) => {
      const session = sampleSession();
      await store.insert(session);

      const { sessions } = await store.listAfter(null, 10);

      assert.deepEqual(sessions[0]?.session.user, session.user);
      assert.ok(sessions[0].expiresAt > Date.now());
    }),

    'continues after a position, also of a session that has ended': forListing(async (store) => {
      const absoluteExpiresAt = Date.now() + HOUR;
      const sessions = Array.from({ length: 7 }, () => sampleSession({ absoluteExpiresAt }));
      for (const session of sessions) await store.insert(session);
      const ids = sessions
        .map(({ id }) => id)
        .sort()
        .reverse();

      const first = await store.listAfter(null, 3);
      assert.deepEqual(
        first.sessions.map(({ session }) => session.id),
        ids.slice(0, 3),
      );
      await store.remove(ids[2] ?? '', 'u-1');

      assert.deepEqual(await idsIn(store, first.next), ids.slice(3));
      assert.equal((await store.listAfter(first.next, 100)).next, null);
    }),

    'leaves out sessions that were removed': forListing(async (store) => {
      const [kept, ended] = [sampleSession(), sampleSession()];
      for (const session of [kept, ended]) await store.insert(session);

      await store.remove(ended.id, ended.user.id);

      assert.equal(await store.count(), 1);
      assert.deepEqual(await idsIn(store), [kept.id]);
    }),

    'lists a superseded session as its successor': forListing(async (store) => {
      const session = sampleSession();
      await store.insert(session);
      const by = session.with({ id: sampleSession().id, supersedes: session.id });
      await store.insert(by);

      await store.update(session.id, (current) => superseded(current, by, 5_000), {
        by,
        grace: 5_000,
      });

      assert.equal(await store.count(), 1);
      assert.deepEqual(await idsIn(store), [by.id]);
    }),

    'is empty without sessions': forListing(async (store) => {
      assert.equal(await store.count(), 0);
      assert.deepEqual(await store.listAfter(null, 10), {
        sessions: [],
        examined: 0,
        next: null,
      });
    }),
  },
  local: {},
});

function forListing(check: (store: Listing) => Promise<void>) {
  return async ({ store }: IssuingGround): Promise<void> => {
    if (isListing(store)) await check(store);
  };
}

function isListing(store: IssuerSessionStore): store is Listing {
  return store.count !== undefined && store.listAfter !== undefined;
}

async function idsIn(store: Listing, after: SessionPosition | null = null): Promise<string[]> {
  const { sessions } = await store.listAfter(after, 100);
  return sessions.map(({ session }) => session.id);
}
