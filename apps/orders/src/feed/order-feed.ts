import { Injectable } from '@nestjs/common';
import { Observable, Subject } from 'rxjs';
import type { OrderEvent } from './order-event';

/**
 * Changes of orders, by user. Orders are in the memory of one instance, and so are their changes: each instance
 * reports the orders that `GET /orders` lists there.
 */
@Injectable()
export class OrderFeed {
  readonly #subjects = new Map<string, Subject<OrderEvent>>();

  publish(userId: string, event: OrderEvent): void {
    this.#subjects.get(userId)?.next(event);
  }

  /** Emits the changes of a user's orders from the subscription on. Never completes by itself. */
  of(userId: string): Observable<OrderEvent> {
    return new Observable((subscriber) => {
      const subject = this.#subjects.get(userId) ?? new Subject<OrderEvent>();
      this.#subjects.set(userId, subject);
      const subscription = subject.subscribe(subscriber);
      return () => {
        subscription.unsubscribe();
        if (!subject.observed) this.#subjects.delete(userId);
      };
    });
  }
}
