import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** Marks a body that is unknown when the call is signed or checked: a stream, a form, bytes. */
export const UNREAD = Symbol('unread');

/** Action and data of a call. Both are signed: the call is valid for no other content. */
export interface CallContent {
  /** `POST /prices?of=tea` over HTTP, `/shop.Prices/Find` over gRPC, otherwise the pattern of the message. */
  readonly action: string;
  /** JSON, `undefined` without a body, or {@link UNREAD}. */
  readonly body: unknown;
}

/** Message as an application passes it to a Nest client. */
export interface CalledMessage {
  readonly pattern: unknown;
  readonly data?: unknown;
}

/** Request over HTTP. */
export interface CalledUrl {
  /** @default 'GET' */
  readonly method?: string | undefined;
  readonly url: string | URL;
  /** Value that the receiver reads as JSON; `undefined` without a body. */
  readonly body?: unknown;
}

/** Returns the part of a message or a request that is signed. */
export function contentOf(call: CalledMessage | CalledUrl): CallContent {
  if (!('url' in call)) return { action: actionOf(call.pattern), body: asReceived(call.data) };
  const { pathname, search } = new URL(call.url);
  return {
    action: httpAction(call.method ?? 'GET', `${pathname}${search}`),
    body: call.body === UNREAD ? UNREAD : asReceived(call.body),
  };
}

/** @param path Path with its query, as in the request line. */
export function httpAction(method: string, path: string): string {
  return `${method.toUpperCase()} ${path}`;
}

/**
 * Returns one text for each pattern. Transports write the pattern `{ cmd: 'find' }` in several ways, and all
 * of them must be the same action.
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

/** Returns the SHA-256 of the body as canonical JSON, in base64url; `null` for a body that is not read. */
export function digestOf({ body }: CallContent): string | null {
  if (body === UNREAD) return null;
  return hash('sha256', body === undefined ? '' : canonicalJson(body), 'base64url');
}

/** Returns the value as the other side of a JSON transport receives it. */
function asReceived(value: unknown): unknown {
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? undefined : JSON.parse(json);
}
