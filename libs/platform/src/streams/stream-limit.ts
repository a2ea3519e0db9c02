import { HttpStatus } from '@nestjs/common';
import { defer, finalize, type Observable } from 'rxjs';
import { ProblemException } from '../http/problem.exception';

/** Limits the number of open streams per session: event streams and WebSockets. */
export class StreamLimit {
  readonly #open = new Map<string, number>();

  /** @param most Maximum number of streams per session: enough for the tabs of a browser. */
  constructor(private readonly most: number) {}

  /** @throws ProblemException 429 when the session has reached the limit */
  requireRoom(sessionId: string): void {
    if (this.#openBy(sessionId) < this.most) return;
    throw new ProblemException(
      HttpStatus.TOO_MANY_REQUESTS,
      'ERR_TOO_MANY_STREAMS',
      `This session has ${this.most} streams open. Close one first.`,
    );
  }

  /**
   * Counts a stream.
   *
   * @returns a function to call once, when the stream is closed
   * @throws ProblemException 429 when the session has reached the limit
   */
  take(sessionId: string): () => void {
    this.requireRoom(sessionId);
    this.#add(sessionId, 1);
    return () => {
      this.#add(sessionId, -1);
    };
  }

  /**
   * Counts a stream from its subscription to its completion.
   *
   * @throws ProblemException 429 to the subscriber when the session has reached the limit in the meantime
   */
  counted<T>(sessionId: string, stream: Observable<T>): Observable<T> {
    return defer(() => stream.pipe(finalize(this.take(sessionId))));
  }

  #openBy(sessionId: string): number {
    return this.#open.get(sessionId) ?? 0;
  }

  #add(sessionId: string, change: 1 | -1): void {
    const count = this.#openBy(sessionId) + change;
    if (count > 0) this.#open.set(sessionId, count);
    else this.#open.delete(sessionId);
  }
}
