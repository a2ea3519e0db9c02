import { type PublishedKey, readPublishedKey } from './published-key.js';

/** Maximum length of the response, in bytes; about 1500 keys. */
const MAX_BYTES = 256 * 1024;

/**
 * Fetches a JWK set (RFC 7517, 5). Skips keys of other kinds.
 *
 * @param timeout Milliseconds, for the whole response.
 * @returns the keys by their `kid`
 * @throws Error when no response arrives in time, or the response is not a key set.
 */
export async function fetchKeySet(
  url: URL,
  timeout: number,
): Promise<ReadonlyMap<string, PublishedKey>> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/jwk-set+json, application/json',
      // A cached response may be older than the key that is looked up.
      'cache-control': 'no-cache',
      // A kept-alive connection may break when the issuing process restarts with new keys.
      connection: 'close',
    },
    // Configuration decides which server is trusted, not the response.
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the response status is ${response.status}`);
  }
  const set: unknown = JSON.parse(await textOf(response));
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) {
    throw new Error('the response is not a JWK set');
  }
  const keys = await Promise.all(set.keys.map(readPublishedKey));
  return new Map(keys.filter((key) => key !== null).map((key) => [key.kid, key]));
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error(`the response is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
