import { type PublishedKey, readPublishedKey } from './published-key.js';

/** The most that is read, in bytes; some 1500 keys. */
const MAX_BYTES = 256 * 1024;

/**
 * Asks for a JWK set (RFC 7517, 5). Keys of other kinds in it are passed over.
 *
 * @param timeout Milliseconds, for the whole of the answer.
 * @returns the keys by their `kid`
 * @throws Error when there is no answer in time, or it is no key set.
 */
export async function fetchKeySet(
  url: URL,
  timeout: number,
): Promise<ReadonlyMap<string, PublishedKey>> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/jwk-set+json, application/json',
      // What a cache on the way has may be older than the key that is looked for.
      'cache-control': 'no-cache',
      // One that was left open may end with the process that restarts just now, with new keys to tell.
      connection: 'close',
    },
    // Whom this service trusts is said by its configuration, not by who answers.
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the answer was ${response.status}`);
  }
  const set: unknown = JSON.parse(await textOf(response));
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) {
    throw new Error('the answer is no JWK set');
  }
  const keys = await Promise.all(set.keys.map(readPublishedKey));
  return new Map(keys.filter((key) => key !== null).map((key) => [key.kid, key]));
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cuts the connection.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
