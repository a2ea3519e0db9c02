import { once } from 'node:events';
import {
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';

export interface Call {
  method?: string;
  /** Sent as the session cookie. */
  cookie?: string;
  /** Sent as `Authorization: Bearer`. */
  bearer?: string;
  /** Sent unchanged; an array becomes several headers. */
  headers?: OutgoingHttpHeaders;
  /** Sent as JSON; text is sent unchanged. */
  body?: unknown;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends one HTTP request unchanged, without the cookie handling of browsers and `fetch`. */
export async function call(
  url: string,
  { method, cookie, bearer, headers, body }: Call = {},
): Promise<Answer> {
  const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const request = send(url, {
    // A connection of its own: the effects of one request on its connection must not reach the next.
    agent: false,
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    headers: {
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...(cookie === undefined ? {} : { cookie: `__Host-sid=${cookie}` }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
  });
  request.end(payload);
  // A server that rejects a request may cut the connection while the rest is in transit.
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of response) text += chunk as string;
  } catch {
    // The status has already arrived.
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** Parses the body of an answer, typed for a test's assertions. */
export function json<T = Record<string, unknown>>(answer: Answer): T {
  return JSON.parse(answer.text) as T;
}

/** Returns the token in an answer's `Set-Cookie`; fails without a token. */
export function tokenOf({ headers, status, text }: Answer): string {
  const token = /^__Host-sid=([\w-]{43});/.exec(headers['set-cookie']?.[0] ?? '')?.[1];
  if (token === undefined) throw new Error(`no session cookie in the answer ${status}: ${text}`);
  return token;
}
