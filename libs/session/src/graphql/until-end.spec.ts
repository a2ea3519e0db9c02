import { untilEnd } from './until-end.js';

async function* numbers(): AsyncGenerator<number> {
  yield await Promise.resolve(1);
  yield 2;
}

describe('untilEnd', () => {
  const end = jest.fn();
  const begin = jest.fn(() => end);
  const eventsOf = (events: unknown) => untilEnd(events, begin) as AsyncIterableIterator<unknown>;

  beforeEach(() => jest.clearAllMocks());

  it('passes the events on, and ends after the last', async () => {
    const events = eventsOf(numbers());
    const received: unknown[] = [];
    for await (const event of events) {
      expect(end).not.toHaveBeenCalled();
      received.push(event);
    }

    expect(received).toEqual([1, 2]);
    expect(end).toHaveBeenCalled();
  });

  it('ends when the reader stops, and stops the source', async () => {
    const source = numbers();
    const events = eventsOf(source);
    await events.next();

    expect(await events.return?.()).toEqual({ done: true, value: undefined });
    expect(end).toHaveBeenCalled();
    expect(await source.next()).toMatchObject({ done: true });
  });

  it('ends when the source fails, or is made to fail', async () => {
    const failing = eventsOf({ next: () => Promise.reject(new Error('lost')) });
    await expect(failing.next()).rejects.toThrow('lost');
    expect(end).toHaveBeenCalledTimes(1);

    await expect(eventsOf(numbers()).throw?.(new Error('stopped'))).rejects.toThrow('stopped');
    await expect(eventsOf({ next: jest.fn() }).throw?.(new Error('bare'))).rejects.toThrow('bare');
    expect(end).toHaveBeenCalledTimes(3);
  });

  it('reads a source that is only iterable', async () => {
    const events = eventsOf({ [Symbol.asyncIterator]: numbers });

    expect(await events.next()).toEqual({ done: false, value: 1 });
    expect(await eventsOf({ next: jest.fn() }).return?.(7)).toEqual({ done: true, value: 7 });
  });

  it('returns everything else unchanged, and begins nothing', () => {
    for (const value of [undefined, null, 'text', new Error('denied'), {}])
      expect(untilEnd(value, begin)).toBe(value);
    expect(begin).not.toHaveBeenCalled();
  });
});
