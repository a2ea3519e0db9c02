import type { ExecutionContext } from '@nestjs/common';
import type { Attributes } from '@opentelemetry/api';
import { routeOf } from '../audit/route-of.js';
import type { SentMessage } from '../instruments/session-instrument.js';
import { ATTRIBUTES } from './span-attributes.js';

/** Index of the gRPC call among a handler's arguments. */
const GRPC_CALL = 2;

/** Name and attributes of a message, as the semantic conventions for RPC have them. */
export interface RpcMessage {
  readonly method: string;
  readonly attributes: Attributes;
}

/** Describes a message that this service sends. */
export function sentMessage({ pattern, isGrpc }: SentMessage): RpcMessage {
  return described(pattern, isGrpc);
}

/**
 * Describes a received message by the text of this service: the method over gRPC, or the pattern. Otherwise the client
 * chose the text, for instance of a subject that matches a wildcard, and the names of class and handler stand for it.
 */
export function receivedMessage(host: ExecutionContext): RpcMessage {
  const call = host.getArgByIndex<{ getPath?: () => unknown } | undefined>(GRPC_CALL);
  const path = typeof call?.getPath === 'function' ? call.getPath() : undefined;
  if (typeof path === 'string') return described(path.replace(/^\//, ''), true);
  const handler = `${host.getClass().name}.${host.getHandler().name}`;
  return described(routeOf(host).route ?? handler, false);
}

function described(method: string, isGrpc: boolean): RpcMessage {
  const attributes = {
    [ATTRIBUTES.rpcSystem]: isGrpc ? 'grpc' : 'nestjs',
    [ATTRIBUTES.rpcMethod]: method,
  };
  return { method, attributes };
}
