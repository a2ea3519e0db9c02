import assert from 'node:assert/strict';
import { casesAbout } from './contract-case.js';
import type { ReadingGround } from './contract-ground.js';
import { fieldsOf, sampleSession } from './sample-session.js';

/** Cases about sessions that exist, or do not. */
export const liveSessionCases = [
  ...casesAbout<ReadingGround>('a store', {
    anywhere: {
      'answers a ping': async ({ store }) => {
        await assert.doesNotReject(store.ping());
      },
    },
  }),
  ...casesAbout<ReadingGround>('a session that was never stored', {
    anywhere: {
      'is not found': async ({ store }) => {
        const { id } = sampleSession();

        assert.equal(store.peek(id) ?? null, null);
        assert.equal(await store.find(id), null);
      },
    },
    local: {
      'is not created by a touch': async ({ store }) => {
        const session = sampleSession();

        await store.touch(session);

        assert.equal(await store.find(session.id), null);
      },
    },
  }),
  ...casesAbout<ReadingGround>('a live session', {
    anywhere: {
      'is found with text of any script, quotes and control characters': async ({
        store,
        issuer,
      }) => {
        const username = 'Zoë "Ж" \\ \u0000 \u2028 𝄞';
        const session = sampleSession({ user: { id: 'ü/{1}', username }, roles: ['réle', ' '] });

        await issuer.insert(session);

        assert.deepEqual(fieldsOf(await store.find(session.id)), fieldsOf(session));
      },
    },
    local: {
      'is found with every field as it was stored': async ({ store, issuer }) => {
        const data = { locale: 'de', nested: { list: [1, null, 'two'] } };
        const session = sampleSession({ data, userAgent: null, ip: '2001:db8::1' });

        await issuer.insert(session);

        assert.deepEqual(fieldsOf(await store.find(session.id)), fieldsOf(session));
        assert.deepEqual(
          fieldsOf(await store.find(session.id, { fresh: true })),
          fieldsOf(session),
        );
      },

      'is peeked as it is found, if the process knows it': async ({ store, issuer }) => {
        const session = sampleSession();
        await issuer.insert(session);
        await store.find(session.id);

        const peeked = store.peek(session.id);

        if (peeked !== undefined) assert.deepEqual(fieldsOf(peeked), fieldsOf(session));
      },
    },
  }),
  ...casesAbout<ReadingGround>('a removed session', {
    local: {
      'is neither found nor brought back by a touch': async ({ store, issuer }) => {
        const session = sampleSession();
        await issuer.insert(session);
        await issuer.remove(session.id, session.user.id);

        await store.touch(session);

        assert.equal(await store.find(session.id), null);
      },
    },
  }),
];
