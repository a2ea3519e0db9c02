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
  /** Sent as they are, an array as so many headers. */
  headers?: OutgoingHttpHeaders;
  /** Sent as JSON; text as it is. */
  body?: unknown;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One HTTP request as it is written, without what browsers and `fetch` make of cookies. */
export async function call(
  url: string,
  { method, cookie, bearer, headers, body }: Call = {},
): Promise<Answer> {
  const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const request = send(url, {
    // A connection of its own: what one request does to it must not reach the next.
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
  // A server that refuses a request may cut the connection while the rest is on its way.
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of response) text += chunk as string;
  } catch {
    // The status was sent before.
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** The body of an answer, for a test to say what it holds. */
export function json<T = Record<string, unknown>>(answer: Answer): T {
  return JSON.parse(answer.text) as T;
}

/** The token in an answer's `Set-Cookie`; fails when there is none. */
export function tokenOf({ headers, status, text }: Answer): string {
  const token = /^__Host-sid=([\w-]{43});/.exec(headers['set-cookie']?.[0] ?? '')?.[1];
  if (token === undefined) throw new Error(`no session cookie in the answer ${status}: ${text}`);
  return token;
}
