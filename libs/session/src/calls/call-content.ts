import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** A body that cannot be known when the call is signed, or checked: a stream, a form, bytes. */
export const UNREAD = Symbol('unread');

/** The action and the data of a call. Both are signed with it: the call is good for nothing else. */
export interface CallContent {
  /** `POST /prices?of=tea` over HTTP, `/shop.Prices/Find` over gRPC, elsewhere the message's pattern. */
  readonly action: string;
  /** JSON, `undefined` without a body, or {@link UNREAD}. */
  readonly body: unknown;
}

/** A message, as an application hands it to a client of Nest's. */
export interface CalledMessage {
  readonly pattern: unknown;
  readonly data?: unknown;
}

/** A request over HTTP. */
export interface CalledUrl {
  /** @default 'GET' */
  readonly method?: string | undefined;
  readonly url: string | URL;
  /** The value that the receiver reads as JSON; `undefined` without a body. */
  readonly body?: unknown;
}

/** The part of a message, or of a request, that is signed. */
export function contentOf(call: CalledMessage | CalledUrl): CallContent {
  if (!('url' in call)) return { action: actionOf(call.pattern), body: asReceived(call.data) };
  const { pathname, search } = new URL(call.url);
  return {
    action: httpAction(call.method ?? 'GET', `${pathname}${search}`),
    body: call.body === UNREAD ? UNREAD : asReceived(call.body),
  };
}

/** @param path With its query, as it stands in the request's first line. */
export function httpAction(method: string, path: string): string {
  return `${method.toUpperCase()} ${path}`;
}

/**
 * One text for each pattern: transports write the pattern `{ cmd: 'find' }` in several ways, and two ways
 * of writing must not be two actions.
 */
export function actionOf(pattern: unknown): string {
  const text = typeof pattern === 'string' ? pattern : canonicalJson(asReceived(pattern));
  if (!text.startsWith('{')) return text;
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return text;
  }
}

/** SHA-256 of the body as canonical JSON, in base64url; `null` for a body that is not read. */
export function digestOf({ body }: CallContent): string | null {
  if (body === UNREAD) return null;
  return hash('sha256', body === undefined ? '' : canonicalJson(body), 'base64url');
}

/** The value as the other side of a JSON transport receives it. */
function asReceived(value: unknown): unknown {
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? undefined : JSON.parse(json);
}
