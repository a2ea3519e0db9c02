import { type ClientOptions, type GrpcOptions, Transport } from '@nestjs/microservices';
import { CALL_HEADER } from '../token/token-headers.js';
import type { CallTokens } from '../calls/call-tokens.js';
import { withHeaders } from '../calls/with-headers.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { GrpcIntrospectionClient } from './grpc-introspection.client.js';
import type { IntrospectionClient } from './introspection.client.js';
import { NestIntrospectionClient } from './nest-introspection.client.js';
import type { RpcLimits } from './rpc.options.js';

/**
 * Opens a client that signs each message with this service's own name, on behalf of no user.
 *
 * @throws SessionOptionsError for a transport that cannot carry the signature
 */
export function openIntrospectionClient(
  { client, audience }: Pick<RpcLimits, 'client' | 'audience'>,
  tokens: CallTokens,
  instruments = new SessionInstruments(),
): IntrospectionClient {
  const signing = withHeaders(client, (content) => ({
    ...instruments.headers(),
    [CALL_HEADER]: tokens.sign(audience, null, content),
  }));
  return isGrpc(signing)
    ? new GrpcIntrospectionClient(signing)
    : new NestIntrospectionClient(signing);
}

function isGrpc(client: ClientOptions): client is GrpcOptions {
  return 'transport' in client && client.transport === Transport.GRPC;
}
