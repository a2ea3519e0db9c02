import type { ExecutionContext } from '@nestjs/common';
import { carrierOf } from '../source/request-session.js';
import { actionOf, type CallContent, httpAction, UNREAD } from './call-content.js';
import { grpcContent } from './grpc-content.js';
import { isJson } from './is-json.js';

/** Index of the data, and of the gRPC call, among a handler's arguments. */
const DATA = 0;
const GRPC_CALL = 2;

/** Methods with which the transports' contexts return the pattern of a message. */
const PATTERN_OF = ['getPattern', 'getChannel', 'getSubject', 'getTopic'] as const;

/** Returns the content of a received request or message, for comparison with the signed content. */
export function receivedContent(context: ExecutionContext): CallContent {
  if (context.getType() === 'http') return requestContent(context.getArgByIndex<HttpRequest>(DATA));
  const data = context.getArgByIndex<unknown>(DATA);
  const call = context.getArgByIndex<GrpcCall | undefined>(GRPC_CALL);
  if (typeof call?.getPath === 'function') {
    return grpcContent(call.getPath(), 'request' in call ? data : UNREAD);
  }
  return { action: actionOf(patternOf(carrierOf(context))), body: data };
}

/** Call of grpc-js; a stream of messages has no `request`. */
interface GrpcCall {
  getPath?(): string;
  readonly request?: unknown;
}

/** Common part of the requests of Express and Fastify. */
interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** URL before a router has removed its own part. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

function requestContent(request: HttpRequest): CallContent {
  const { method, url, originalUrl = url, headers, body } = request;
  return { action: httpAction(method, originalUrl), body: bodyOf(headers, body) };
}

/**
 * Returns the parsed body, or `undefined` without a body (RFC 9112, 6.3). A body that was not parsed as JSON
 * is {@link UNREAD}.
 */
function bodyOf(headers: HttpRequest['headers'], parsed: unknown): unknown {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  if (encoding === undefined && Number(length) === 0) return undefined;
  return isJson(headers['content-type']) && parsed !== undefined ? parsed : UNREAD;
}

function patternOf(carrier: object): unknown {
  for (const name of PATTERN_OF) {
    const method = (carrier as Readonly<Record<string, unknown>>)[name];
    if (typeof method === 'function') return (method as () => unknown).call(carrier);
  }
  return undefined;
}
