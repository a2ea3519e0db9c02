import { openEventStream } from './event-stream.js';
import { openWebSocket } from './web-socket.js';

const element = (id) => document.getElementById(id);

/** Ids of the orders that this page has placed, oldest first. */
const placed = [];

async function send(method, path, body) {
  const answer = element('answer');
  try {
    const response = await fetch(path, {
      method,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const content = response.status === 204 ? null : await response.json();
    const detail = content?.detail ?? '';
    answer.textContent = `${method} ${path}: ${response.status} ${detail}`.trim();
    return response.ok ? content : null;
  } catch {
    answer.textContent = 'The service does not answer.';
    return null;
  }
}

element('create').addEventListener('click', async () => {
  const order = await send('POST', '/orders', { productId: 'tea', quantity: 1 });
  if (order === null) return;
  placed.push(order.id);
  element('remove').disabled = false;
});

element('remove').addEventListener('click', async () => {
  await send('DELETE', `/orders/${placed.pop()}`);
  element('remove').disabled = placed.length === 0;
});

// A cookie belongs to a host name: 127.0.0.1 and localhost are two.
const link = element('sign-in');
const isLoopback = (name) => name === 'localhost' || /^127\.|^\[::1\]$/.test(name);
if (isLoopback(link.hostname) && isLoopback(location.hostname)) link.hostname = location.hostname;

openEventStream();
openWebSocket();
