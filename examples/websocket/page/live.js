/** Pauses before a new connection, in milliseconds: doubled up to the longest, and shortened at random. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** Age of a connection that counts as a success, in milliseconds. The next pause is then short. */
const STABLE_AGE = 10_000;

/**
 * Keeps a WebSocket open until the session has ended or lacks a role. Everything else is temporary: a lost
 * network, a restart, or 1013 (the server cannot verify the session now).
 */
export function connect(path, { onOpen, onMessage, onPause, onEnd }) {
  let socket;
  let failures = 0;
  let isClosed = false;

  function open() {
    let openedAt = null;
    socket = new WebSocket(location.origin.replace('http', 'ws') + path);
    socket.onopen = () => {
      openedAt = Date.now();
      onOpen();
    };
    socket.onmessage = ({ data }) => onMessage(JSON.parse(data));
    socket.onclose = async ({ code, reason }) => {
      // Close codes are 4000 + HTTP status. Browsers hide the status of a refused handshake, and a replaced token
      // closes with 4401, too: a request shows whether there is a session now.
      const isAsked = openedAt === null || code === 4401;
      const status = isAsked ? await sessionStatus() : code - 4000;
      if (isClosed) return;
      if (status === 401 || status === 403) return onEnd(4000 + status, reason);
      if (openedAt !== null && Date.now() - openedAt > STABLE_AGE) failures = 0;
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
      failures += 1;
      setTimeout(() => isClosed || open(), pause * (0.5 + Math.random() / 2));
      onPause(code);
    };
  }

  open();
  return {
    send: (event, data) => socket.send(JSON.stringify({ event, data })),
    close() {
      isClosed = true;
      socket.close();
    },
  };
}

/** Status of a request with the session cookie; `null` without an answer. */
function sessionStatus() {
  return fetch('/auth/user').then(
    ({ status }) => status,
    () => null,
  );
}
