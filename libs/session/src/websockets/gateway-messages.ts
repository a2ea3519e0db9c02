import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { sessionRequired } from '../errors/session-exception.js';
import { SESSION_GUARD } from '../guard/session-guard.token.js';
import { AccessRules } from '../roles/access-rules.js';
import { carrierOf } from '../source/request-session.js';
import { isDecided } from './decided-messages.js';
import { connectionOf } from './gateway-connection.js';
import { GatewayDirectory } from './gateway-directory.js';
import { GatewayMessageInterceptor } from './gateway-message.interceptor.js';
import type { MessageHandling } from './message-handling.js';
import { WsDenial } from './ws-denial.js';

/** Metadata keys of `@UseGuards()` and `@UseInterceptors()`, which Nest does not export. */
const GUARDS = '__guards__';
const INTERCEPTORS = '__interceptors__';

/**
 * Guard and interceptor of this application for the messages of its gateways.
 *
 * Nest 12 runs the global guards and interceptors for messages of gateways, and Nest 11 only those of the class
 * and of the handler. So this class gives both to each gateway's class, where they do nothing in Nest 12.
 */
@Injectable()
export class GatewayMessages implements MessageHandling {
  constructor(
    directory: GatewayDirectory,
    @Inject(SESSION_GUARD) readonly guard: CanActivate,
    readonly interceptor: GatewayMessageInterceptor,
  ) {
    // Nest reads the metadata after all providers are created, and before it creates a server.
    for (const { type } of directory.all) {
      prepend(GUARDS, messageGuard, type);
      prepend(INTERCEPTORS, messageInterceptor, type);
    }
  }
}

const rules = new AccessRules(new Reflector());

/** Calls the session guard of the client's application: several applications of a process may share a class. */
const messageGuard: CanActivate = {
  canActivate: (context) => {
    if (isDecided(context)) return true;
    const messages = messagesOf(context);
    if (messages !== undefined) return messages.guard.canActivate(context);
    if (rules.of(context).isPublic) return true;
    throw new WsDenial(sessionRequired());
  },
};

const messageInterceptor: NestInterceptor = {
  intercept: (context, next) => {
    const interceptor = messagesOf(context)?.interceptor;
    if (interceptor === undefined || interceptor.isRunning(context)) return next.handle();
    return interceptor.intercept(context, next);
  },
};

function messagesOf(context: ExecutionContext): MessageHandling | undefined {
  return connectionOf(carrierOf(context))?.messages;
}

/** Adds a guard or an interceptor before those of the class: they may need the session. */
function prepend(key: string, enhancer: object, type: Type): void {
  const known = (Reflect.getMetadata(key, type) ?? []) as readonly unknown[];
  if (!known.includes(enhancer)) Reflect.defineMetadata(key, [enhancer, ...known], type);
}
