import type { ExecutionContext } from '@nestjs/common';
import { attachMessage, carrierOf } from '../source/request-session.js';
import { CALL_HEADER, type TokenHeaders, type TokenRequest } from '../token/token-headers.js';
import { isEnvelope } from './envelope.js';
import { transportHeader } from './transport-headers.js';

const DATA = 0;

/**
 * What a message of a microservice transport says of its caller: in the headers of NATS, RabbitMQ and
 * Kafka and the metadata of gRPC, elsewhere in an envelope around the data, which is taken off. What the
 * handler is given afterwards is the data alone.
 */
export function openMessage(context: ExecutionContext): TokenRequest {
  const carrier = carrierOf(context);
  const headers =
    openEnvelope(context.getArgs<unknown[]>()) ??
    knownHeaders((name) => transportHeader(carrier, name));
  const request = { headers };
  attachMessage(carrier, request);
  return request;
}

function openEnvelope(args: unknown[]): TokenHeaders | null {
  const data = args[DATA];
  if (!isEnvelope(data)) return null;
  args[DATA] = data.data;
  const headers: unknown = data['@session'];
  if (typeof headers !== 'object' || headers === null) return {};
  return knownHeaders((name) => Object.getOwnPropertyDescriptor(headers, name)?.value as unknown);
}

/** No others, and nothing but text: whoever reaches the port may have sent it. */
function knownHeaders(valueOf: (name: string) => unknown): TokenHeaders {
  return {
    authorization: textIn(valueOf('authorization')),
    [CALL_HEADER]: textIn(valueOf(CALL_HEADER)),
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
