import { ConsoleLogger, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { keysOfSessions, keysWithoutExpiry } from '../../test-support/key-space.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { type Step, steppedClient } from '../../test-support/stepped.js';
import { createSessionManager } from './create-session-manager.js';
import type { NewSession, SessionManager } from './session.manager.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['old'] };

const redis = startedRedis();

// A process that dies here runs on far enough to log failed writes.
beforeAll(() => {
  Logger.overrideLogger(false);
});

afterAll(() => {
  Logger.overrideLogger(new ConsoleLogger());
});

function managerOn(client: Redis): SessionManager {
  return createSessionManager(client, { maxPerUser: 2, services: ['orders'] });
}

/** Simulates a process that dies after this many round trips: Redis receives none of its later commands. */
function dyingAfter(roundTrips: number): Step {
  let left = roundTrips;
  return (act) => {
    left -= 1;
    return left < 0 ? Promise.reject(new Error('the process is dead')) : act();
  };
}

/**
 * Runs an operation on two sessions of a user again and again. Each time, the process dies one round trip
 * later, until the operation completes.
 *
 * @returns number of round trips of the complete operation
 */
async function dieAnywhere(
  operation: (manager: SessionManager, ids: string[]) => Promise<unknown>,
  check: (ids: string[]) => Promise<void>,
): Promise<number> {
  for (let roundTrips = 0; ; roundTrips += 1) {
    await redis.client.flushdb();
    const first = await managerOn(redis.client).create(ada);
    const second = await managerOn(redis.client).create(ada);
    const ids = [first.session.id, second.session.id];
    const dying = managerOn(steppedClient(redis.client, dyingAfter(roundTrips)));
    const survived = await operation(dying, ids).then(
      () => true,
      () => false,
    );
    await check(ids);
    if (survived) return roundTrips;
  }
}

type Operation = (manager: SessionManager, ids: string[]) => Promise<unknown>;

const operations: [name: string, operation: Operation][] = [
  [
    'signs in a new user',
    (manager) => manager.create({ ...ada, user: { id: 'u-2', username: 'eve' } }),
  ],
  ['signs in over the limit', (manager) => manager.create(ada)],
  ['rotates', (manager, [id = '']) => manager.rotate(id)],
  ['rotates with a grace', (manager, [id = '']) => manager.rotate(id, {}, { grace: true })],
  [
    'ends both of a rotation',
    async (manager, [id = '']) => {
      await managerOn(redis.client).rotate(id, {}, { grace: true });
      await manager.revoke(id);
    },
  ],
  ['revokes', (manager, [id = '']) => manager.revoke(id)],
  ['revokes all', (manager) => manager.revokeAll('u-1')],
  ['sets roles', (manager) => manager.setRoles('u-1', ['new'])],
  ['lists', (manager) => manager.listByUser('u-1')],
];

describe('a process that dies between any two commands', () => {
  it.each(operations)(
    'while it %s leaves no key without an expiry, and no session that cannot be revoked',
    async (_, operation) => {
      const roundTrips = await dieAnywhere(operation, async (ids) => {
        expect(await keysWithoutExpiry(redis.client)).toEqual([]);

        await managerOn(redis.client).revokeAll('u-1');

        expect(await redis.client.exists(...ids.map((id) => `session:{${id}}`))).toBe(0);
      });

      expect(roundTrips).toBeGreaterThan(1);
    },
  );

  it('leaves a revocation of all sessions that a second call completes', async () => {
    await dieAnywhere(
      (manager) => manager.revokeAll('u-1'),
      async () => {
        await managerOn(redis.client).revokeAll('u-1');

        // The event log remains, with the watch list for expiries.
        const keys = await keysOfSessions(redis.client);
        expect(keys.filter((key) => !key.includes('session-events'))).toEqual([]);
      },
    );
  });

  it('leaves a role change that a second call completes', async () => {
    await dieAnywhere(
      (manager) => manager.setRoles('u-1', ['new']),
      async () => {
        await managerOn(redis.client).setRoles('u-1', ['new']);

        const live = await managerOn(redis.client).listByUser('u-1');
        expect(live.map(({ session }) => session.roles)).toEqual([['new'], ['new']]);
      },
    );
  });

  it('while it rotates with a grace leaves the old token valid: unchanged or in its grace', async () => {
    await dieAnywhere(
      (manager, [id = '']) => manager.rotate(id, {}, { grace: true }),
      async ([id = '']) => {
        const manager = managerOn(redis.client);
        const old = await manager.find(id);
        const listed = await manager.listByUser('u-1');

        // Either unchanged, or in its grace: the response with the new token may have been on its way.
        const isItself = listed.some(({ session }) => session.id === id);
        expect(old).not.toBeNull();
        expect(isItself).toBe(old?.session.supersededBy === null);
        if (isItself) expect(await manager.rotate(id)).not.toBeNull();
      },
    );
  });

  it.each(['old', 'new'])(
    'leaves a revocation of a rotation by the %s token that a second call completes',
    async (which) => {
      let ended = '';
      await dieAnywhere(
        async (manager, [id = '', other = '']) => {
          const rotated = await managerOn(redis.client).rotate(id, {}, { grace: true });
          await managerOn(redis.client).revoke(other);
          ended = which === 'old' ? id : (rotated?.session.id ?? '');
          await manager.revoke(ended);
        },
        async () => {
          await managerOn(redis.client).revoke(ended);

          expect(await redis.client.keys('session:*')).toEqual([]);
        },
      );
    },
  );

  it('while it rotates never marks the old session as re-authenticated', async () => {
    await dieAnywhere(
      (manager, [id = '']) => manager.rotate(id),
      async ([id = '']) => {
        const live = await managerOn(redis.client).listByUser('u-1');
        const made = live.filter(({ session }) => session.authenticatedAt !== session.createdAt);

        expect(made.some(({ session }) => session.id === id)).toBe(false);
      },
    );
  });
});
