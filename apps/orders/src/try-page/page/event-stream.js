import { FeedView } from './feed-view.js';
import { meaningOf, meaningOfRefusal } from './meanings.js';

const EVENTS = ['order-created', 'order-deleted'];

/** Opens the event stream, and shows it until it ends. */
export function openEventStream() {
  const view = new FeedView('stream', connect);

  function connect() {
    view.show('connecting', 'Connecting …');
    const source = new EventSource('/orders/stream');
    source.addEventListener('open', () => view.show('open', 'Open'));
    for (const event of EVENTS) {
      source.addEventListener(event, ({ data }) => view.add(event, data));
    }
    source.addEventListener('session-ended', ({ data }) => {
      source.close();
      const { code } = JSON.parse(data);
      view.add('session-ended', data);
      view.show('closed', `Closed with ${code}. ${meaningOf(code)}`);
    });
    source.addEventListener('error', async () => {
      if (source.readyState === EventSource.CONNECTING) {
        view.show('connecting', 'The connection was lost. The browser connects again …');
      } else {
        view.show('connecting', 'Refused …');
        view.show('closed', await meaningOfRefusal());
      }
    });
  }

  connect();
}
