import { type ClientOptions, type GrpcOptions, Transport } from '@nestjs/microservices';
import { CALL_HEADER } from '../token/token-headers';
import type { CallTokens } from '../calls/call-tokens';
import { withHeaders } from '../calls/with-headers';
import { GrpcIntrospectionClient } from './grpc-introspection.client';
import type { IntrospectionClient } from './introspection.client';
import { NestIntrospectionClient } from './nest-introspection.client';
import type { RpcLimits } from './rpc.options';

/**
 * A client that signs each message with this service's own name: it asks by itself, on behalf of no user.
 *
 * @throws SessionOptionsError for a transport that cannot carry the signature
 */
export async function openIntrospectionClient(
  { client, audience }: Pick<RpcLimits, 'client' | 'audience'>,
  tokens: CallTokens,
): Promise<IntrospectionClient> {
  const headers = () => ({ [CALL_HEADER]: tokens.sign(audience, null) });
  return isGrpc(client)
    ? GrpcIntrospectionClient.open(client, headers)
    : new NestIntrospectionClient(withHeaders(client, headers));
}

function isGrpc(client: ClientOptions): client is GrpcOptions {
  return 'transport' in client && client.transport === Transport.GRPC;
}
