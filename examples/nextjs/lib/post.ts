/** Sends a change to the API from the browser, which adds the cookie by itself. */
export function post(path: string, body: object = {}): Promise<Response> {
  return fetch(`/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
