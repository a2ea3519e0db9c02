import assert from 'node:assert/strict';
import { sessionIdOf } from '../../token/session-token.js';
import { casesAbout } from './contract-case.js';
import type { IssuingGround } from './contract-ground.js';
import { ada, signedIn } from './signed-in.js';

/** Cases about rotations that end the old session at once. */
export const rotationCases = casesAbout<IssuingGround>('a rotation', {
  local: {
    'issues a new token and ends the old one': async (ground) => {
      const { manager, listed } = signedIn(ground);
      const { token, session } = await manager.create(ada);

      const rotated = await manager.rotate(session.id);

      assert.ok(rotated);
      assert.notEqual(rotated.token, token);
      assert.equal(await manager.find(sessionIdOf(token)), null);
      assert.notEqual(await manager.find(sessionIdOf(rotated.token)), null);
      assert.deepEqual(await listed('u-1'), [rotated.session.id]);
    },

    'keeps the write-once attributes': async (ground) => {
      const { manager } = signedIn(ground);
      const { session } = await manager.create(ada);
      await ground.store.add(session, { service: 'orders', name: 'coupon', value: '1' });

      const rotated = await manager.rotate(session.id);

      assert.ok(rotated);
      const attributes = await ground.store.attributes(rotated.session.id, 'orders');
      assert.equal(attributes.get('coupon'), '1');
    },

    'does not extend the absolute timeout': async (ground) => {
      const { manager, managerWith } = signedIn(ground);
      const brief = managerWith({ absoluteTimeout: 400, idleTimeout: 400 });
      const { session } = await brief.create(ada);

      const rotated = await manager.rotate(session.id);

      assert.ok(rotated);
      const { id, absoluteExpiresAt } = rotated.session;
      assert.equal(absoluteExpiresAt, session.absoluteExpiresAt);
      await ground.eventually(async () => {
        await ground.store.touch(rotated.session);
        return (await manager.find(id)) === null;
      });
    },

    'returns null for a session that is gone, and creates none': async (ground) => {
      const { manager, listed } = signedIn(ground);
      const { session } = await manager.create(ada);
      await manager.revoke(session.id);

      assert.equal(await manager.rotate(session.id), null);
      assert.deepEqual(await listed('u-1'), []);
    },

    'issues one token for concurrent calls': async (ground) => {
      const { manager, listed } = signedIn(ground);
      const { session } = await manager.create(ada);

      const rotations = await Promise.all(
        Array.from({ length: 10 }, () => manager.rotate(session.id)),
      );

      const won = rotations.filter((rotation) => rotation !== null);
      assert.equal(won.length, 1);
      assert.deepEqual(await listed('u-1'), [won[0]?.session.id]);
    },
  },
});
