import { io } from '/live/socket.io.esm.min.js';

/**
 * Keeps a connection of Socket.IO open until the session has ended or lacks a role. The client of Socket.IO
 * connects again by itself, except after a denial of the server.
 */
export function connect(path, { onOpen, onMessage, onPause, onEnd }) {
  const socket = io({ path, reconnectionDelayMax: 30_000 });
  let denial = null;

  socket.on('connect', onOpen);
  socket.onAny((event, data) => {
    if (event === 'exception') denial = data;
    onMessage({ event, data });
  });
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') onEnd(reason, denial?.code);
    else onPause(reason);
  });
  socket.on('connect_error', async () => {
    // A refused handshake comes without its status in some browsers: a request shows it.
    const { status } = await fetch('/auth/user').catch(() => ({ status: null }));
    if (status !== 401 && status !== 403) return onPause('connect_error');
    socket.disconnect();
    onEnd(status, '');
  });
  return {
    send: (event, data) => socket.emit(event, data),
    close: () => socket.disconnect(),
  };
}
