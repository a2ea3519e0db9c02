const API = document.querySelector('meta[name="api"]').content;

/** Thrown when there is no session: none yet, expired, or revoked on the server. */
export class SignedOut extends Error {}

/**
 * Calls the API. `credentials: 'include'` sends and stores the session cookie of the other origin. The cookie
 * is out of reach of this script, so the script asks the API who is signed in.
 */
export async function call(method, path, body) {
  const response = await fetch(API + path, {
    method,
    credentials: 'include',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (response.ok) return response.status === 204 ? null : response.json();
  const { detail, message } = await response.json().catch(() => ({}));
  const problem = detail ?? message ?? `The API answered ${response.status}.`;
  throw response.status === 401 ? new SignedOut(problem) : new Error(problem);
}
