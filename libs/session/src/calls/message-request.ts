import type { ExecutionContext } from '@nestjs/common';
import { attachMessage, carrierOf } from '../source/request-session';
import type { TokenHeaders, TokenRequest } from '../token/token-headers';
import { CALL_HEADER, isEnvelope } from './call-headers';

const DATA = 0;

/**
 * What a message of a microservice transport says of its caller. Takes it out of the message: what the
 * handler is given afterwards is the data alone.
 */
export function openMessage(context: ExecutionContext): TokenRequest {
  const request = { headers: openEnvelope(context.getArgs<unknown[]>()) };
  attachMessage(carrierOf(context), request);
  return request;
}

function openEnvelope(args: unknown[]): TokenHeaders {
  const data = args[DATA];
  if (!isEnvelope(data)) return {};
  args[DATA] = data.data;
  return knownHeaders(data['@session']);
}

/** No others, and nothing but text: whoever reaches the port may have sent it. */
function knownHeaders(headers: unknown): TokenHeaders {
  if (typeof headers !== 'object' || headers === null) return {};
  return {
    authorization: textOf(headers, 'authorization'),
    [CALL_HEADER]: textOf(headers, CALL_HEADER),
  };
}

function textOf(headers: object, name: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(headers, name)?.value;
  return typeof value === 'string' ? value : undefined;
}
