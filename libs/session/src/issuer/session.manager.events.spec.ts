import { Logger } from '@nestjs/common';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { MemorySessionEventLog } from '../events/memory-session-event.log.js';
import type { SessionEventLog, WatchedSession } from '../events/session-event.log.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { skippableTime } from '../../test-support/skippable-time.js';
import type { SessionIssuerModuleOptions } from './session-issuer.options.js';
import type { NewSession } from './session.manager.js';
import {
  IssuingProcess,
  type SharedStores,
  storesInMemory,
} from './test-support/issuing-process.js';
import { describeSessionManagerEvents } from './test-support/session-manager-events.contract.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

let ground: SharedStores;

beforeEach(() => {
  ground = storesInMemory();
});

const issuerWith = (given: SessionIssuerModuleOptions = {}) =>
  new IssuingProcess(ground.issuerStore, ground.log, given);

describe('the events of SessionManager', () => {
  const skip = skippableTime();

  describeSessionManagerEvents('memory', { open: storesInMemory, skip });

  it('report each session that ends in a bulk revocation', async () => {
    const issuer = issuerWith();
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await issuer.manager.create(ada)).session.id);

    await issuer.manager.revokeAll('u-1', { except: ids[0], by: 'admin-1', reason: 'disabled' });

    const ended = issuer.emitted.filter(({ type }) => type === 'revoked');
    expect(ended.map(({ sessionId }) => sessionId).sort()).toEqual(ids.slice(1).sort());
    expect(ended).toMatchObject([
      { by: 'admin-1', reason: 'disabled' },
      { by: 'admin-1', reason: 'disabled' },
    ]);
  });

  it('report the session that ends because the user has too many', async () => {
    const issuer = issuerWith({ maxPerUser: 1 });
    const { session } = await issuer.manager.create(ada);
    skip(1);
    await issuer.manager.create(ada);

    expect(issuer.emitted).toMatchObject([
      { type: 'created' },
      { type: 'created' },
      { type: 'revoked', sessionId: session.id, by: null, reason: 'too-many' },
    ]);
  });

  it('report nothing for operations without an effect', async () => {
    const issuer = issuerWith();
    const { session } = await issuer.manager.create(ada);
    await issuer.manager.revoke(session.id);
    expect(issuer.emitted).toHaveLength(2);

    await issuer.manager.revoke(session.id);
    await issuer.manager.rotate(session.id);
    await issuer.manager.revokeAll('u-1');
    await issuer.manager.setRoles('u-1', []);
    await issuer.manager.listByUser('u-1');

    expect(issuer.emitted).toHaveLength(2);
  });

  it('report no expiry of a session that is in use', async () => {
    const issuer = issuerWith({ idleTimeout: 1_500 });
    const { session } = await issuer.manager.create(ada);

    for (let passed = 0; passed < 5_000; passed += 100) {
      skip(100);
      await ground.store.touch(session);
      await issuer.sweeper.sweep();
    }

    expect(issuer.emitted.map(({ type }) => type)).toEqual(['created']);
    expect(await ground.store.find(session.id)).not.toBeNull();
  });

  it('are written only after the change that they report', async () => {
    const store = new MemorySessionStore();
    const found: number[] = [];
    class CuriousLog extends MemorySessionEventLog {
      override async append(...given: Parameters<SessionEventLog['append']>): Promise<string> {
        found.push((await store.idsOf('u-1')).length);
        return super.append(...given);
      }
    }
    const { manager } = new IssuingProcess(store, new CuriousLog());

    const { session } = await manager.create(ada);
    await manager.revoke(session.id);

    expect(found).toEqual([1, 0]);
  });
});

describe('session expiries', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('are checked again after a failure of Redis, which is logged once', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    class AwayAtFirst extends MemorySessionEventLog {
      asked = 0;
      override due(limit: number): Promise<WatchedSession[]> {
        this.asked += 1;
        if (this.asked > 2) return super.due(limit);
        return Promise.reject(new SessionStoreUnavailableError());
      }
    }
    const log = new AwayAtFirst();
    const { sweeper } = new IssuingProcess(new MemorySessionStore(), log);

    sweeper.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(3_000);
    await sweeper.beforeApplicationShutdown();

    expect(log.asked).toBe(3);
    expect(errors.mock.calls).toEqual([
      [expect.stringMatching(/^The session store cannot answer\./)],
    ]);
    expect(errors.mock.contexts).toEqual([expect.objectContaining({ context: 'ExpirySweeper' })]);
  });

  it('are reported by the periodic check of a process while it runs', async () => {
    const issuer = issuerWith({ idleTimeout: 50 });
    issuer.sweeper.onApplicationBootstrap();
    const emitted = () => issuer.emitted.map(({ type }) => type);

    await issuer.manager.create(ada);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(emitted()).toEqual(['created', 'expired']);

    await issuer.manager.create(ada);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(emitted()).toEqual(['created', 'expired', 'created', 'expired']);

    await issuer.sweeper.beforeApplicationShutdown();
    await issuer.manager.create(ada);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(emitted()).toEqual(['created', 'expired', 'created', 'expired', 'created']);
  });
});
