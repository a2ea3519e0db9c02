import type { ExecutionContext } from '@nestjs/common';
import { removeEnvelope } from '../source/envelope.js';
import { attachMessage, carrierOf } from '../source/request-session.js';
import { CALL_HEADER, type TokenHeaders, type TokenRequest } from '../token/token-headers.js';
import { transportHeader } from './transport-headers.js';

/**
 * Reads the caller's headers from a message of a microservice transport. NATS, RabbitMQ and Kafka carry them
 * in headers, gRPC in metadata, other transports in an envelope around the data. The envelope is removed, so
 * that the handler receives the data alone.
 */
export function openMessage(context: ExecutionContext): TokenRequest {
  const carrier = carrierOf(context);
  const headers =
    enclosedHeaders(context.getArgs<unknown[]>()) ??
    knownHeaders((name) => transportHeader(carrier, name));
  const request = { headers };
  attachMessage(carrier, request);
  return request;
}

function enclosedHeaders(args: unknown[]): TokenHeaders | null {
  const envelope = removeEnvelope(args);
  if (envelope === null) return null;
  const headers = envelope['@session'];
  if (typeof headers !== 'object' || headers === null) return {};
  return knownHeaders((name) => Object.getOwnPropertyDescriptor(headers, name)?.value as unknown);
}

/** Returns the known headers, and only text: any client that reaches the port may have sent the message. */
function knownHeaders(valueOf: (name: string) => unknown): TokenHeaders {
  return {
    authorization: textIn(valueOf('authorization')),
    [CALL_HEADER]: textIn(valueOf(CALL_HEADER)),
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
