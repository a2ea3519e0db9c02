import { type Client, createClient } from 'graphql-ws';

interface Page {
  /** The user has to sign in. */
  onSignedOut(): void;
  onForbidden(): void;
}

/** Connects for subscriptions while the user is signed in. The browser sends the cookie. */
export function connectOrders(url: string, page: Page): Client {
  return createClient({
    url,
    // The end of a session is final. The client repeats everything else, after a pause.
    shouldRetry: (error) => ![4401, 4403].includes(codeOf(error)),
    on: {
      closed: (event) => {
        const code = codeOf(event);
        if (code === 4401) page.onSignedOut();
        if (code === 4403) page.onForbidden();
      },
    },
  });
}

/** Returns the code of a close event; 0 for an error of the network. */
function codeOf(event: unknown): number {
  return event instanceof Error ? 0 : (event as { readonly code: number }).code;
}
