/** Stream of the events of a subscription, as graphql-js and the filters of Nest's drivers read it. */
type Events = AsyncIterator<unknown> & Partial<AsyncIterable<unknown>>;

/**
 * Calls `begin`, and the function that it returns when a stream has ended.
 *
 * @param events Result of the resolver of a subscription. Anything but a stream is returned unchanged.
 */
export function untilEnd(events: unknown, begin: () => () => void): unknown {
  const iterator = iteratorOf(events);
  if (iterator === null) return events;
  return new EndedEvents(iterator, begin());
}

/** Stream that reports its end once: its last event, a failure, or the end of the subscription. */
class EndedEvents implements AsyncIterableIterator<unknown> {
  constructor(
    private readonly events: Events,
    private readonly onEnd: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    try {
      const event = await this.events.next();
      if (event.done === true) this.onEnd();
      return event;
    } catch (error) {
      this.onEnd();
      throw error;
    }
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.onEnd();
    return (await this.events.return?.(value)) ?? { done: true, value };
  }

  async throw(error?: unknown): Promise<IteratorResult<unknown>> {
    this.onEnd();
    if (this.events.throw) return this.events.throw(error);
    throw error;
  }
}

function iteratorOf(events: unknown): Events | null {
  if (typeof events !== 'object' || events === null) return null;
  const { next, [Symbol.asyncIterator]: iterate } = events as Partial<Events>;
  if (typeof next === 'function') return events as Events;
  return typeof iterate === 'function' ? (iterate.call(events) as Events) : null;
}
