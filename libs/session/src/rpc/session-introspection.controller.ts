import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CurrentCaller } from '../guard/current-caller.decorator.js';
import { AllowServices } from '../roles/allow-services.decorator.js';
import { ServicesOnly } from '../roles/services-only.decorator.js';
import type { IntrospectionMessage, IntrospectionMessages } from './introspection.messages.js';
import { SessionIntrospection } from './session-introspection.js';

type ReplyTo<M extends IntrospectionMessage> = Promise<IntrospectionMessages[M]['reply']>;

/** Controller of {@link SessionIntrospection} on every Nest transport except gRPC. */
@AllowServices()
@ServicesOnly()
@Controller()
export class SessionIntrospectionController {
  constructor(private readonly introspection: SessionIntrospection) {}

  @MessagePattern('session.introspect' satisfies IntrospectionMessage)
  introspect(@Payload() request: unknown): ReplyTo<'session.introspect'> {
    return this.introspection.introspect(request);
  }

  @MessagePattern('session.touch' satisfies IntrospectionMessage)
  touch(@Payload() request: unknown): ReplyTo<'session.touch'> {
    return this.introspection.touch(request);
  }

  @MessagePattern('session.add' satisfies IntrospectionMessage)
  add(@Payload() request: unknown, @CurrentCaller() caller: string): ReplyTo<'session.add'> {
    return this.introspection.add(request, caller);
  }

  @MessagePattern('session.additions' satisfies IntrospectionMessage)
  attributes(@Payload() request: unknown): ReplyTo<'session.additions'> {
    return this.introspection.attributes(request);
  }

  @MessagePattern('access.publish' satisfies IntrospectionMessage)
  publish(@Payload() request: unknown, @CurrentCaller() caller: string): ReplyTo<'access.publish'> {
    return this.introspection.publish(request, caller);
  }

  @MessagePattern('access.keep-alive' satisfies IntrospectionMessage)
  keepAlive(@CurrentCaller() caller: string): ReplyTo<'access.keep-alive'> {
    return this.introspection.keepAlive(caller);
  }

  @MessagePattern('session.ping' satisfies IntrospectionMessage)
  ping(): ReplyTo<'session.ping'> {
    return this.introspection.ping();
  }
}
