interface Notes {
  onMessage(message: unknown): void;
  /** The user has to sign in. */
  onSignedOut(): void;
  onForbidden(): void;
}

/** Keeps a WebSocket open while the user is signed in. Returns a function that closes it for good. */
export function followNotes(url: string, page: Notes): () => void {
  let socket: WebSocket;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLeft = false;

  function connect() {
    let opened = false;
    socket = new WebSocket(url);
    socket.onopen = () => {
      opened = true;
    };
    socket.onmessage = ({ data }) => {
      page.onMessage(JSON.parse(data as string));
    };
    socket.onclose = ({ code }) => {
      void react(code, opened);
    };
  }

  async function react(code: number, wasOpen: boolean) {
    if (isLeft) return;
    if (code === 4403) {
      page.onForbidden();
    } else if ((code === 4401 || !wasOpen) && (await isSignedOut())) {
      page.onSignedOut();
    } else {
      timer = setTimeout(connect, 1_000 + 4_000 * Math.random());
      if (isLeft as boolean) clearTimeout(timer); // left meanwhile
    }
  }

  connect();
  return () => {
    isLeft = true;
    clearTimeout(timer);
    socket.close();
  };
}

/** Asks with a request: a browser hides the status of a refused handshake, and a new token closes with 4401, too. */
async function isSignedOut() {
  const answer = await fetch('/auth/session').catch(() => null);
  return answer?.status === 401;
}
