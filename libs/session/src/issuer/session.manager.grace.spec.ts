import type { SessionEvent } from '../events/session-event.js';
import { skippableTime } from '../../test-support/skippable-time.js';
import type { SessionIssuerModuleOptions } from './session-issuer.options.js';
import type { NewSession, SessionManager } from './session.manager.js';
import { IssuingProcess, storesInMemory } from './test-support/issuing-process.js';
import { describeSessionManagerGrace } from './test-support/session-manager-grace.contract.js';

const ada: NewSession = {
  user: { id: 'u-1', username: 'ada' },
  roles: ['orders'],
  userAgent: 'Browser/1.0',
  ip: '192.0.2.7',
};

const skip = skippableTime();

describeSessionManagerGrace('memory', { open: storesInMemory, skip });

describe('a rotation with a grace', () => {
  let manager: SessionManager;
  let emitted: SessionEvent[];

  beforeEach(() => {
    begin();
  });

  function begin(given: SessionIssuerModuleOptions = {}): void {
    const { issuerStore, log } = storesInMemory();
    ({ manager, emitted } = new IssuingProcess(issuerStore, log, given));
  }

  async function rotate(id: string): Promise<string> {
    const rotated = await manager.rotate(id, { reason: 'reauthenticated' }, { grace: true });
    if (rotated === null) throw new Error('nothing to rotate');
    return rotated.session.id;
  }

  /** Creates and rotates a session, and returns its old and its new id. */
  async function rotated(): Promise<[before: string, after: string]> {
    const { session } = await manager.create(ada);
    return [session.id, await rotate(session.id)];
  }

  async function areThere(...ids: string[]): Promise<boolean[]> {
    const found = await Promise.all(ids.map((id) => manager.find(id)));
    return found.map((it) => it !== null);
  }

  const listed = async () => (await manager.listByUser('u-1')).map(({ session }) => session.id);

  it('keeps the absolute expiry, and updates the sign-in time, user agent and address', async () => {
    const { session } = await manager.create(ada);
    skip(1);

    const issued = await manager.rotate(
      session.id,
      {},
      { grace: true, userAgent: 'Browser/2.0', ip: '198.51.100.4' },
    );

    const { absoluteExpiresAt, createdAt, idleTimeout, roles } = session;
    const found = (await manager.find(issued?.session.id ?? ''))?.session;
    expect(found).toMatchObject({ absoluteExpiresAt, createdAt, idleTimeout, roles });
    expect(found).toMatchObject({ userAgent: 'Browser/2.0', ip: '198.51.100.4' });
    expect(found?.authenticatedAt).toBeGreaterThan(session.authenticatedAt);
  });

  it('keeps user agent and address by default, and truncates a long user agent', async () => {
    const { session } = await manager.create(ada);
    const kept = await manager.rotate(session.id);
    expect(kept?.session).toMatchObject({ userAgent: 'Browser/1.0', ip: '192.0.2.7' });

    const cut = await manager.rotate(kept?.session.id ?? '', {}, { userAgent: 'x'.repeat(1_000) });
    expect(cut?.session.userAgent).toHaveLength(256);
  });

  it('lists one session instead of two, and keeps the other session', async () => {
    begin({ maxPerUser: 2 });
    const { session: other } = await manager.create(ada);
    skip(1);
    const [before, after] = await rotated();
    expect(await listed()).toEqual([after, other.id]);

    skip(1);
    await manager.create({ ...ada, user: { id: 'u-2', username: 'eve' } });
    expect(await areThere(other.id, before, after)).toEqual([true, true, true]);
  });

  it('emits one event for each change, not one for each token', async () => {
    const [before, after] = await rotated();
    await manager.setRoles('u-1', ['new']);
    await manager.revoke(before, { reason: 'out' });

    expect(emitted).toMatchObject([
      { type: 'created', sessionId: before },
      { type: 'rotated', sessionId: after, previousSessionId: before, reason: 'reauthenticated' },
      { type: 'rolesChanged', sessionId: after },
      { type: 'revoked', sessionId: after, reason: 'out' },
    ]);
  });
});
