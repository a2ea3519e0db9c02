/**
 * Sends a change to the API from the browser, which adds the cookie by itself.
 *
 * @returns why the API refuses the change; `null` when it does not
 */
export async function post(path: string, body: object = {}): Promise<string | null> {
  const response = await fetch(`/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.ok) return null;
  const { detail, message } = (await response.json().catch(() => ({}))) as Record<string, string>;
  return detail ?? message ?? `The API answered ${response.status}.`;
}
