interface Notes {
  onMessage(message: unknown): void;
  /** The user has to sign in. */
  onSignedOut(): void;
  onForbidden(): void;
}

/** Keeps a WebSocket open while the user is signed in. */
export function followNotes(url: string, page: Notes) {
  let opened = false;
  const socket = new WebSocket(url);
  socket.onopen = () => {
    opened = true;
  };
  socket.onmessage = ({ data }) => {
    page.onMessage(JSON.parse(data as string));
  };
  socket.onclose = ({ code }) => {
    void react(code);
  };

  async function react(code: number) {
    if (code === 4403) {
      page.onForbidden();
    } else if ((code === 4401 || !opened) && (await isSignedOut())) {
      page.onSignedOut();
    } else {
      const pause = 1_000 + 4_000 * Math.random();
      setTimeout(() => {
        followNotes(url, page);
      }, pause);
    }
  }
}

/** Asks with a request: a browser hides the status of a refused handshake, and a new token closes with 4401, too. */
async function isSignedOut() {
  const answer = await fetch('/auth/session').catch(() => null);
  return answer?.status === 401;
}
