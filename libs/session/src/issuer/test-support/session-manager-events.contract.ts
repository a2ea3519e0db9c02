import { eventually } from '../../../../../tools/testing/eventually.js';
import type { NewSession } from '../session.manager.js';
import type { SessionIssuerModuleOptions } from '../session-issuer.options.js';
import { type IssuingGround, IssuingProcess, type SharedStores } from './issuing-process.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

/** Behaviour of session events that depends on the store and the log. */
export function describeSessionManagerEvents(name: string, { open, skip }: IssuingGround): void {
  describe(`the events of SessionManager on ${name}`, () => {
    let ground: SharedStores;

    beforeEach(() => {
      ground = open();
    });

    const issuerWith = (given: SessionIssuerModuleOptions = {}) =>
      new IssuingProcess(ground.issuerStore, ground.log, given);

    it('record the actor, action, user, session and reason', async () => {
      const issuer = issuerWith();
      const { manager } = issuer;
      const startedAt = Date.now();
      const { session } = await manager.create(ada, { by: 'u-1', reason: 'signed-in' });
      await manager.setRoles('u-1', ['products'], { by: 'admin-1' });
      const rotated = await manager.rotate(session.id, { by: 'u-1', reason: 'password-changed' });
      const id = rotated?.session.id ?? '';
      await manager.revoke(id, ({ user }) => ({ by: user.id, reason: 'signed-out' }));

      const base = { userId: 'u-1', at: expect.any(Number) as number };
      const expected = [
        {
          ...base,
          type: 'created',
          sessionId: session.id,
          by: 'u-1',
          reason: 'signed-in',
          roles: ['orders'],
        },
        {
          ...base,
          type: 'rolesChanged',
          sessionId: session.id,
          by: 'admin-1',
          reason: null,
          roles: ['products'],
        },
        {
          ...base,
          type: 'rotated',
          sessionId: id,
          previousSessionId: session.id,
          by: 'u-1',
          reason: 'password-changed',
        },
        { ...base, type: 'revoked', sessionId: id, by: 'u-1', reason: 'signed-out' },
      ];
      expect(issuer.emitted).toMatchObject(expected);
      const logged = await issuer.logged(4);
      expect(logged).toMatchObject(expected);
      expect(logged).toEqual(issuer.emitted);
      for (const { at } of logged) {
        expect(at).toBeGreaterThanOrEqual(startedAt);
        expect(at).toBeLessThanOrEqual(Date.now());
      }
    });

    describe('an expiry', () => {
      it('is reported once, by exactly one of many processes, and cleans up the index', async () => {
        const issuers = [issuerWith({ idleTimeout: 50 }), issuerWith(), issuerWith()];
        const [first] = issuers as [IssuingProcess];
        const { session } = await first.manager.create(ada);
        await eventually(async () => {
          skip(100);
          return (await ground.store.find(session.id)) === null;
        });

        const sweep = () => Promise.all(issuers.map(({ sweeper }) => sweeper.sweep()));
        const expiries = () =>
          issuers.flatMap((it) => it.emitted).filter(({ type }) => type === 'expired');
        // The entry is due slightly after the end, because it was recorded after the session.
        await eventually(async () => {
          await sweep();
          return expiries().length > 0;
        });
        for (let i = 0; i < 3; i += 1) await sweep();

        expect(expiries()).toMatchObject([
          { sessionId: session.id, userId: 'u-1', by: null, reason: null },
        ]);
        expect((await first.logged(2)).map(({ type }) => type)).toEqual(['created', 'expired']);
        expect(await ground.issuerStore.idsOf('u-1')).toEqual([]);
      });

      it('is reported even when the process that created the session is gone', async () => {
        const gone = issuerWith({ idleTimeout: 50 });
        await gone.manager.create(ada);
        const other = issuerWith();

        await eventually(async () => {
          skip(100);
          await other.sweeper.sweep();
          return other.emitted.length > 0;
        });

        expect(other.emitted).toMatchObject([{ type: 'expired', userId: 'u-1' }]);
      });

      it('is also reported for the absolute timeout', async () => {
        const issuer = issuerWith({ idleTimeout: 100, absoluteTimeout: 100 });
        const { session } = await issuer.manager.create(ada);

        await eventually(async () => {
          skip(100);
          await ground.store.touch(session);
          await issuer.sweeper.sweep();
          return issuer.emitted.length > 1;
        });

        expect(issuer.emitted[1]).toMatchObject({ type: 'expired', sessionId: session.id });
      });

      it('is not reported for a revoked or rotated session', async () => {
        const issuer = issuerWith({ idleTimeout: 400 });
        const [one, other] = [await issuer.manager.create(ada), await issuer.manager.create(ada)];
        await issuer.manager.revoke(one.session.id);
        const rotated = await issuer.manager.rotate(other.session.id);

        await eventually(async () => {
          skip(100);
          await issuer.sweeper.sweep();
          return issuer.emitted.at(-1)?.type === 'expired';
        });

        const expired = issuer.emitted.filter(({ type }) => type === 'expired');
        expect(expired.map(({ sessionId }) => sessionId)).toEqual([rotated?.session.id]);
      });

      it('is not reported for a session that is still alive when it is due', async () => {
        const issuer = issuerWith();
        const { session } = await issuer.manager.create(ada);
        await ground.log.postpone({ sessionId: session.id, userId: 'u-1' }, Date.now() - 1);
        await ground.store.touch(session);

        await issuer.sweeper.sweep();

        expect(await ground.log.due(10)).toEqual([]);
        expect(issuer.emitted.map(({ type }) => type)).toEqual(['created']);
        expect(await ground.store.find(session.id)).not.toBeNull();
      });
    });
  });
}
