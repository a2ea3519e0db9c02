import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CurrentCaller } from '../guard/current-caller.decorator.js';
import { AllowServices } from '../roles/allow-services.decorator.js';
import { ServicesOnly } from '../roles/services-only.decorator.js';
import type { IntrospectionMessage, IntrospectionMessages } from './introspection.messages.js';
import { SessionIntrospection } from './session-introspection.js';

type ReplyTo<M extends IntrospectionMessage> = Promise<IntrospectionMessages[M]['reply']>;

/** The service of `session.proto`. */
const SERVICE = 'SessionIntrospection';

/** Controller of {@link SessionIntrospection} on gRPC: Nest takes one pattern for each handler. */
@AllowServices()
@ServicesOnly()
@Controller()
export class SessionIntrospectionGrpcController {
  constructor(private readonly introspection: SessionIntrospection) {}

  @GrpcMethod(SERVICE, 'Introspect')
  introspect(@Payload() request: unknown): ReplyTo<'session.introspect'> {
    return this.introspection.introspect(request);
  }

  @GrpcMethod(SERVICE, 'Touch')
  touch(@Payload() request: unknown): ReplyTo<'session.touch'> {
    return this.introspection.touch(request);
  }

  @GrpcMethod(SERVICE, 'Add')
  add(@Payload() request: unknown, @CurrentCaller() caller: string): ReplyTo<'session.add'> {
    return this.introspection.add(request, caller);
  }

  @GrpcMethod(SERVICE, 'Additions')
  attributes(@Payload() request: unknown): ReplyTo<'session.additions'> {
    return this.introspection.attributes(request);
  }

  @GrpcMethod(SERVICE, 'Publish')
  publish(@Payload() request: unknown, @CurrentCaller() caller: string): ReplyTo<'access.publish'> {
    return this.introspection.publish(request, caller);
  }

  @GrpcMethod(SERVICE, 'KeepAlive')
  keepAlive(@CurrentCaller() caller: string): ReplyTo<'access.keep-alive'> {
    return this.introspection.keepAlive(caller);
  }

  @GrpcMethod(SERVICE, 'Ping')
  ping(): ReplyTo<'session.ping'> {
    return this.introspection.ping();
  }
}
