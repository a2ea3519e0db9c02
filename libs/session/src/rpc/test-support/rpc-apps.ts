import {
  Body,
  Controller,
  Get,
  type INestApplication,
  type ModuleMetadata,
  Post,
} from '@nestjs/common';
import type { ClientOptions, MicroserviceOptions } from '@nestjs/microservices';
import { SessionAccessModule } from '../../access/session-access.module.js';
import { SessionCallsModule } from '../../calls/session-calls.module.js';
import { Sessions } from '../../attributes/sessions.js';
import { CurrentSession } from '../../guard/current-session.decorator.js';
import { CurrentUser } from '../../guard/current-user.decorator.js';
import { SessionIssuerModule } from '../../issuer/session-issuer.module.js';
import type { SessionModuleOptions } from '../../options/session.options.js';
import { Public } from '../../roles/public.decorator.js';
import { SkipCache } from '../../roles/skip-cache.decorator.js';
import { Roles } from '../../roles/roles.decorator.js';
import { SessionModule } from '../../session.module.js';
import type { Session } from '../../session/session.js';
import type { SessionUser } from '../../session/session-types.js';
import { httpAdapters, listen, type ListeningApp } from '../../../test-support/http-adapters.js';
import type { RpcOptions } from '../rpc.options.js';
import { SessionRpcModule } from '../session-rpc.module.js';
import { SessionIntrospectionModule } from '../session-introspection.module.js';

export const CALLS = { secret: 'a secret of the tests, with more than 32 bytes' };

/** Adapter for tests in which the adapter does not matter. */
const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

/** Starts the service that keeps the sessions, listening for the services that do not. */
export async function startAuth(
  server: MicroserviceOptions,
  options: SessionModuleOptions,
  imports: ModuleMetadata['imports'] = [],
): Promise<INestApplication> {
  const { app } = await listen(
    express,
    {
      imports: [
        SessionModule.forRoot({ service: 'auth', ...options }),
        SessionCallsModule.forRoot(CALLS),
        SessionAccessModule.forRoot({}),
        SessionIssuerModule.forRoot({ services: ['orders'] }),
        SessionIntrospectionModule,
        ...imports,
      ],
    },
    async (created) => {
      created.connectMicroservice(server, { inheritAppConfig: true });
      await created.startAllMicroservices();
    },
  );
  return app;
}

@Controller()
class OrdersController {
  constructor(private readonly sessions: Sessions) {}

  @Get('who')
  who(@CurrentSession() session: Session): string {
    return session.user.username;
  }

  @Get('user')
  user(@CurrentUser() user: SessionUser): SessionUser {
    return user;
  }

  @SkipCache()
  @Get('fresh')
  fresh(): string {
    return 'in';
  }

  @Roles('orders:write')
  @Get('write')
  write(): string {
    return 'in';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'in';
  }

  @Post('additions')
  async add(
    @CurrentSession() session: Session,
    @Body() { name, value }: { name: string; value: unknown },
  ): Promise<void> {
    await this.sessions.add(session, name as never, value as never);
  }

  @Get('additions')
  attributes(@CurrentSession() session: Session): Promise<object> {
    return this.sessions.read(session, 'orders' as never);
  }
}

export interface OrdersOptions {
  readonly rpc?: Partial<RpcOptions>;
  readonly makeAdapter?: (typeof httpAdapters)[0][1];
  /** Further options of `SessionModule`. */
  readonly options?: SessionModuleOptions;
  /** Further modules. */
  readonly imports?: ModuleMetadata['imports'];
}

/** Starts a service that reaches no Redis and asks instead. */
export function startOrders(
  client: ClientOptions,
  { rpc, makeAdapter = express, options, imports = [] }: OrdersOptions = {},
): Promise<ListeningApp> {
  return listen(makeAdapter, {
    imports: [
      SessionModule.forRoot({ service: 'orders', requiredRole: 'orders', ...options }),
      SessionCallsModule.forRoot(CALLS),
      SessionRpcModule.forRoot({ client, ...rpc }),
      SessionAccessModule.forRoot({}),
      ...imports,
    ],
    controllers: [OrdersController],
  });
}
