import { answerIn, exchange, head, type RawAnswer } from './exchange';

export interface RawRequest {
  method?: string;
  /** Request target, sent unchanged. */
  target?: string;
  /** Header lines in addition to `Host` and `Connection: close`. */
  headers?: readonly string[];
  body?: string | Buffer;
}

/** Sends a request unchanged and returns the first answer, whatever the server does with the rest. */
export function rawRequest(
  url: string,
  { method = 'GET', target = '/', headers = [], body = '' }: RawRequest,
): Promise<RawAnswer> {
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close'];
  const start = Buffer.from(head(...lines, ...headers), 'latin1');
  return rawText(url, Buffer.concat([start, Buffer.from(body)]));
}

/** Does the same for bytes that need not be a request. */
export async function rawText(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  return answerIn(await exchange(url, bytes));
}
