import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { SecurityEventFeed } from './security-event.feed.js';
import type { SecurityEvent } from './security-event.js';

const EVENT: SecurityEvent = {
  event: 'session.revoked',
  outcome: 'success',
  sessionId: 's',
  userId: 'u',
  by: null,
  reason: null,
};

describe('SecurityEventFeed', () => {
  it('passes events to the log and to each listener until its subscription ends', () => {
    const feed = new SecurityEventFeed();
    const kept = new KeptSecurityLog();
    const log = feed.observe(kept);
    const heard: SecurityEvent[] = [];
    const end = feed.subscribe((event) => heard.push(event));

    log.record(EVENT);
    end();
    log.record(EVENT);

    expect(heard).toEqual([EVENT]);
    expect(kept.events).toEqual([EVENT, EVENT]);
  });
});
