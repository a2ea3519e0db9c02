import { FeedView } from './feed-view.js';
import { meaningOfClose, meaningOfRefusal } from './meanings.js';

/** Opens the WebSocket, and shows it until it ends. */
export function openWebSocket() {
  const view = new FeedView('socket', connect);

  function connect() {
    view.show('connecting', 'Connecting …');
    const socket = new WebSocket(new URL('/orders/live', location.href.replace(/^http/, 'ws')));
    let wasOpen = false;
    socket.addEventListener('open', () => {
      wasOpen = true;
      view.show('open', 'Open');
    });
    socket.addEventListener('message', ({ data }) => {
      const { event, data: content } = JSON.parse(data);
      view.add(event, content);
    });
    socket.addEventListener('close', async ({ code, reason }) => {
      const meaning = wasOpen ? meaningOfClose(code) : await meaningOfRefusal();
      view.show('closed', `Closed with ${[code, reason].filter(Boolean).join(' ')}. ${meaning}`);
    });
  }

  connect();
}
