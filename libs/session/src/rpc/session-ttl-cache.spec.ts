import { MovedClock } from '../../test-support/moved-clock.js';
import { sampleSession } from '../../test-support/sample-session.js';
import type { Session } from '../session/session.js';
import { SessionTtlCache } from './session-ttl-cache.js';

const HOUR = 3_600_000;

describe('SessionTtlCache', () => {
  const clock = MovedClock.forEachTest();
  let cache: SessionTtlCache;

  beforeEach(() => {
    cache = new SessionTtlCache(2);
  });

  function kept(session: Session, timeToLive = HOUR): Session {
    cache.set(session, performance.now() + timeToLive);
    return session;
  }

  it('serves a session until its time to live has passed', () => {
    const session = kept(sampleSession(), 60_000);
    clock.forward(59_000);
    expect(cache.get(session.id)).toBe(session);
    clock.forward(1_000);
    expect(cache.get(session.id)).toBeUndefined();
  });

  it('serves no session beyond its absolute timeout, however long its time to live', () => {
    const session = kept(sampleSession({ absoluteExpiresAt: Date.now() + 1_000 }));
    expect(cache.get(session.id)).toBe(session);
    clock.forward(1_000);
    expect(cache.get(session.id)).toBeUndefined();
  });

  it('replaces a session and its time to live', () => {
    const session = kept(sampleSession(), 1_000);
    kept(session);
    clock.forward(2_000);
    expect(cache.get(session.id)).toBe(session);
  });

  it('drops the oldest session beyond the limit', () => {
    const [first, second, third] = [sampleSession(), sampleSession(), sampleSession()];
    for (const session of [first, second, third]) kept(session);
    expect(cache.get(first.id)).toBeUndefined();
    expect(cache.get(second.id)).toBe(second);
    expect(cache.get(third.id)).toBe(third);
  });

  it('drops a session on request', () => {
    const session = kept(sampleSession());
    cache.forget(session.id);
    expect(cache.get(session.id)).toBeUndefined();
  });
});
