import { Controller, Get } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { CurrentCaller } from '../../guard/current-caller.decorator.js';
import { CurrentSession } from '../../guard/current-session.decorator.js';
import { AllowServices } from '../../roles/allow-services.decorator.js';
import { Public } from '../../roles/public.decorator.js';
import { Roles } from '../../roles/roles.decorator.js';
import { Session } from '../../session/session.js';

/** Call as the called service sees it. */
export interface Received {
  readonly data?: unknown;
  readonly session?: string;
  readonly username?: string;
  readonly caller?: string;
}

/** Service that other services call. */
@Controller()
export class CalledController {
  /** Events that were accepted. */
  readonly events: Received[] = [];

  @MessagePattern('any')
  any(
    @Payload() data: unknown,
    @CurrentSession() session: Session,
    @CurrentCaller() caller?: string,
  ): Received {
    return { data, session: session.id, username: session.user.username, caller };
  }

  @Roles('orders:write')
  @MessagePattern('role')
  role(@CurrentSession() { id }: Session): Received {
    return { session: id };
  }

  @AllowServices('caller')
  @MessagePattern('own')
  own(@Payload() data: unknown, @CurrentCaller() caller?: string): Received {
    return { data, caller };
  }

  @AllowServices('somebody-else')
  @MessagePattern('of-others')
  ofOthers(): Received {
    return {};
  }

  @Public()
  @MessagePattern('public')
  open(@Payload() data: unknown): Received {
    return { data };
  }

  @EventPattern('event')
  event(@Payload() data: unknown, @CurrentSession() session: unknown): void {
    this.events.push({ data, session: (session as Session).id });
  }

  @Get('over-http')
  overHttp(@CurrentSession() { id }: Session, @CurrentCaller() caller?: string): Received {
    return { session: id, caller };
  }

  @AllowServices('caller')
  @Get('own-over-http')
  ownOverHttp(@CurrentCaller() caller?: string): Received {
    return { caller };
  }
}
