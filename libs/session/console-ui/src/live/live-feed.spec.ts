import { eventually } from '../../../../../tools/testing/eventually';
import { ConnectionState } from '../api/connection-state';
import { LiveFeed } from './live-feed';
import type { SessionEvent } from './session-event';

const message = (id: string, type: string) =>
  `id: ${id}\nevent: ${type}\ndata: {"sessionId":"s","userId":"u"}\n\n`;
const stream = (text: string) =>
  new Response(text, { headers: { 'content-type': 'text/event-stream' } });

/** A stream that sends nothing, and fails when the caller aborts it, as the body of a fetch does. */
function openUntil(signal: AbortSignal | null | undefined): Response {
  const start = (controller: ReadableStreamDefaultController) => {
    signal?.addEventListener('abort', () => {
      controller.error(signal.reason);
    });
  };
  return new Response(new ReadableStream({ start }));
}

/** A feed whose connections receive the given responses in turn; the last one stays open. */
function feedOf(answers: Response[], hasSession = true) {
  const lastIds: (string | null)[] = [];
  const events: SessionEvent[] = [];
  let checks = 0;
  const connection = new ConnectionState();
  const send = (_: string, init: RequestInit) => {
    lastIds.push(new Headers(init.headers).get('last-event-id'));
    return Promise.resolve(answers.shift() ?? openUntil(init.signal));
  };
  const feed = new LiveFeed({
    url: '/events',
    send: send as typeof fetch,
    connection,
    hasSession: () => {
      checks += 1;
      return Promise.resolve(hasSession);
    },
  });
  feed.subscribe((event) => events.push(event));
  return { feed, lastIds, events, connection, checks: () => checks };
}

describe('the live feed', () => {
  it('connects again after a break, and continues after the last event', async () => {
    const { feed, lastIds, events, connection } = feedOf([stream(message('7-0', 'created'))]);
    const running = feed.run();
    await eventually(() => lastIds.length === 2 && feed.state === 'open');
    expect(lastIds).toEqual([null, '7-0']);
    expect(events.map(({ type }) => type)).toEqual(['created']);
    expect(connection.failure).toBeNull();
    feed.close();
    await running;
  });

  it('reports that it waits while the server does not answer', async () => {
    const { feed, connection } = feedOf([new Response(null, { status: 503 })]);
    const running = feed.run();
    await eventually(() => connection.failure === 'offline');
    expect(feed.state).toBe('waiting');
    feed.close();
    await running;
    expect(connection.failure).toBeNull();
  });

  it('stops when the session has ended', async () => {
    const { feed, lastIds, checks } = feedOf([stream(message('1-0', 'session-ended'))], false);
    await feed.run();
    expect(lastIds).toHaveLength(1);
    expect(checks()).toBe(1);
  });

  it('connects again when a rotation has ended the stream and the session lives', async () => {
    const { feed, lastIds } = feedOf([stream(message('1-0', 'session-ended'))], true);
    const running = feed.run();
    await eventually(() => lastIds.length === 2);
    feed.close();
    await running;
  });

  it('begins with new events when the server does not know the last position', async () => {
    const { feed, lastIds } = feedOf([
      stream(message('7-0', 'created')),
      new Response(null, { status: 400 }),
    ]);
    const running = feed.run();
    await eventually(() => lastIds.length === 3);
    expect(lastIds).toEqual([null, '7-0', null]);
    feed.close();
    await running;
  });
});
