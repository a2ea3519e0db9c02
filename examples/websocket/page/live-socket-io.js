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
  socket.on('disconnect', async (reason) => {
    // The client stays away only if the server has closed the connection.
    if (reason !== 'io server disconnect') return onPause(reason);
    // A replaced token ends like a session: a request shows whether there is a session now.
    const isAsked = denial?.code === 'ERR_SESSION_REQUIRED';
    const status = isAsked ? await sessionStatus() : 403;
    if (status === 401 || status === 403) return onEnd(reason, denial?.code);
    setTimeout(() => socket.connect(), 1_000 + 4_000 * Math.random());
    onPause(reason);
  });
  socket.on('connect_error', async () => {
    // Some browsers hide the status of a refused handshake.
    const status = await sessionStatus();
    if (status !== 401 && status !== 403) return onPause('connect_error');
    socket.disconnect();
    onEnd(status, '');
  });
  return {
    send: (event, data) => socket.emit(event, data),
    close: () => socket.disconnect(),
  };
}

/** Status of a request with the session cookie; `null` without an answer. */
function sessionStatus() {
  return fetch('/auth/user').then(
    ({ status }) => status,
    () => null,
  );
}
