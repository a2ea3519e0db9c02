import type { MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';

/** Interval of heartbeats, in milliseconds. Proxies close a stream that is silent for longer. */
const INTERVAL = 10_000;

/** Browsers dispatch no event without data (HTML Standard, 9.2.6). */
const HEARTBEAT: MessageEvent = { type: 'heartbeat', data: '' };

/**
 * Adds a heartbeat to an event stream every ten seconds, until the stream ends.
 *
 * @example
 * const stream = withHeartbeats(events.all.pipe(map((event) => ({ data: event }))));
 */
export function withHeartbeats(events: Observable<MessageEvent>): Observable<MessageEvent> {
  return new Observable((subscriber) => {
    const timer = setInterval(() => {
      subscriber.next(HEARTBEAT);
    }, INTERVAL);
    subscriber.add(() => {
      clearInterval(timer);
    });
    subscriber.add(events.subscribe(subscriber));
  });
}
