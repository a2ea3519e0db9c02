import type { MessageEvent } from '@nestjs/common';
import { Subject } from 'rxjs';
import { withHeartbeats } from './with-heartbeats.js';

describe('withHeartbeats', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('sends heartbeats between the events', () => {
    const events = new Subject<MessageEvent>();
    const received: MessageEvent[] = [];
    withHeartbeats(events).subscribe((event) => received.push(event));

    jest.advanceTimersByTime(10_000);
    events.next({ type: 'order-created', data: {} });
    jest.advanceTimersByTime(10_000);

    expect(received.map(({ type }) => type)).toEqual(['heartbeat', 'order-created', 'heartbeat']);
  });

  it('completes with the events, and stops its timer', () => {
    const events = new Subject<MessageEvent>();
    let hasEnded = false;
    withHeartbeats(events).subscribe({ complete: () => (hasEnded = true) });
    events.complete();

    expect(hasEnded).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves the events and stops its timer when the client leaves', () => {
    const events = new Subject<MessageEvent>();
    withHeartbeats(events).subscribe().unsubscribe();

    expect(events.observed).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});
