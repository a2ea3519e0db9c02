import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { API_URL } from './api-url';

/** Headers of the visitor's request that the API reads: the session, and the client that sends it. */
const FORWARDED = ['cookie', 'user-agent', 'x-forwarded-for'];

/** Refusals after which a user signs in again: there is no session, or another client uses it. */
const SIGN_IN_AGAIN = ['ERR_SESSION_REQUIRED', 'ERR_SESSION_REAUTHENTICATION_REQUIRED'];

/**
 * Reads from the API as the visitor of the page. A visitor without a valid session is sent to the sign-in page.
 * Call it outside of `use cache`, so that no page is kept for another visitor.
 */
export async function readFromApi<T>(path: string): Promise<T> {
  const incoming = await headers();
  const forwarded = FORWARDED.map((name) => [name, incoming.get(name) ?? ''] as [string, string]);
  const response = await fetch(API_URL + path, {
    headers: forwarded.filter(([, value]) => value !== ''),
    cache: 'no-store',
  });
  if (response.ok) return (await response.json()) as T;
  const { code } = (await response.json()) as { code?: string };
  if (code !== undefined && SIGN_IN_AGAIN.includes(code)) redirect('/sign-in');
  throw new Error(`The API answered ${response.status} to ${path}.`);
}
