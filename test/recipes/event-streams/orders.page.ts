interface Orders {
  onOrder(order: unknown): void;
  /** The user has to sign in. */
  onSignedOut(): void;
}

/** @param stream `new EventSource('/orders/stream')` */
export function followOrders(stream: EventTarget, page: Orders) {
  stream.addEventListener('order', (event) => {
    page.onOrder(dataOf(event));
  });
  stream.addEventListener('session-ended', (event) => {
    const { code } = dataOf(event) as { code: string };
    // For any other code, the browser connects again, and the guard decides.
    if (code === 'ERR_SESSION_REQUIRED') page.onSignedOut();
  });
}

function dataOf(event: Event): unknown {
  return JSON.parse((event as MessageEvent).data as string);
}
