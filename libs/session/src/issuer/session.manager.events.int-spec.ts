import { Logger } from '@nestjs/common';
import { startedRedis } from '../../test-support/started-redis.js';
import type { SessionIssuerModuleOptions } from './session-issuer.options.js';
import type { NewSession } from './session.manager.js';
import { IssuingProcess, storesIn } from './test-support/issuing-process.js';
import { describeSessionManagerEvents } from './test-support/session-manager-events.contract.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

const redis = startedRedis();

describeSessionManagerEvents('Redis', {
  open: () => storesIn(redis.client),
  skip: () => undefined,
});

describe('session events in Redis', () => {
  const issuerWith = (given: SessionIssuerModuleOptions = {}) => {
    const { issuerStore, log } = storesIn(redis.client);
    return new IssuingProcess(issuerStore, log, given);
  };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('contain no token', async () => {
    const { manager } = issuerWith();
    const { token, session } = await manager.create(ada);
    const rotated = await manager.rotate(session.id);
    await manager.revokeAll('u-1');

    const entries = JSON.stringify(await redis.client.xrange('session-events', '-', '+'));
    expect(entries).toContain(session.id);
    expect(entries).not.toContain(token);
    expect(entries).not.toContain(rotated?.token);
  });

  it('are counted and logged when they cannot be written, without failing the operation', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    await redis.client.set('session-events', 'not a stream', 'PX', 60_000);
    const issuer = issuerWith();

    const { session } = await issuer.manager.create(ada);
    expect(await issuer.manager.find(session.id)).not.toBeNull();
    expect(await issuer.manager.revoke(session.id)).not.toBeNull();

    expect(issuer.counters.lostEvents).toBe(2);
    expect(errors).toHaveBeenCalledWith(
      expect.stringMatching(/^The session store cannot answer\. .*\(WRONGTYPE /),
    );
    expect(errors.mock.contexts[0]).toMatchObject({ context: 'SessionEvents' });
    expect(issuer.emitted).toMatchObject([{ type: 'created' }, { type: 'revoked' }]);
    expect(issuer.emitted[0]).not.toHaveProperty('position');
  });

  it('restore a lost index entry when the expiry sweeper checks the session', async () => {
    const issuer = issuerWith();
    const { session } = await issuer.manager.create(ada);
    await redis.client.del('user-sessions:{u-1}');
    await issuer.log.postpone({ sessionId: session.id, userId: 'u-1' }, Date.now() - 1);

    await issuer.sweeper.sweep();

    expect(await redis.client.exists('user-sessions:{u-1}')).toBe(1);
    expect(await issuer.manager.revokeAll('u-1')).toBe(1);
    expect(await issuer.manager.find(session.id)).toBeNull();
  });

  it('report no expiry that only the clock of this process indicates', async () => {
    const issuer = issuerWith();
    const { session } = await issuer.manager.create(ada);
    const key = `session:{${session.id}}`;
    const fast = Date.now() + session.absoluteExpiresAt - session.createdAt;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(fast);

    await issuer.sweeper.sweep();
    clock.mockRestore();

    expect(await redis.client.exists(key)).toBe(1);
    expect(issuer.emitted.map(({ type }) => type)).toEqual(['created']);
    expect(await issuer.manager.find(session.id)).not.toBeNull();
  });

  it('leave the record of another release unchanged', async () => {
    const issuer = issuerWith({ idleTimeout: 60_000 });
    const { session } = await issuer.manager.create(ada);
    const key = `session:{${session.id}}`;
    await redis.client.set(key, '{"v":2}', 'KEEPTTL');
    await redis.client.zadd('watched-sessions:{session-events}', 'XX', 1, `${session.id}u-1`);

    await issuer.sweeper.sweep();

    expect(await redis.client.get(key)).toBe('{"v":2}');
    expect(issuer.emitted.map(({ type }) => type)).toEqual(['created']);
    expect(await issuer.log.due(10)).toEqual([]);
  });
});
