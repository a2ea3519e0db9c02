import { Injectable } from '@nestjs/common';
import { filter, map, type Observable, Subject } from 'rxjs';

/** Orders as they are placed. */
@Injectable()
export class OrderFeed {
  readonly #placed = new Subject<{ userId: string; order: object }>();

  place(userId: string, order: object): void {
    this.#placed.next({ userId, order });
  }

  of(userId: string): Observable<object> {
    return this.#placed.pipe(
      filter((placed) => placed.userId === userId),
      map(({ order }) => order),
    );
  }
}
