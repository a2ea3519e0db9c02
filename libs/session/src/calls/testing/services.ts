import type { INestApplication } from '@nestjs/common';
import {
  ClientsModule,
  type MicroserviceOptions,
  type NatsOptions,
  type RedisOptions,
  type TcpClientOptions,
  type TcpOptions,
} from '@nestjs/microservices';
import type { SessionModuleOptions } from '../../options/session.options.js';
import { SessionModule } from '../../session.module.js';
import type { MemorySessionStore } from '../../store/memory-session.store.js';
import { type httpAdapters, listen, type ListeningApp } from '../../testing/http-adapters.js';
import { SessionCalls } from '../session-calls.js';
import { SessionCallsModule } from '../session-calls.module.js';
import { CalledController } from './called.controller.js';
import { CALLED, CallingController } from './calling.controller.js';

type MakeAdapter = (typeof httpAdapters)[number][1];

/** What a server and a client of it take alike. */
type Transported = (TcpOptions & TcpClientOptions) | RedisOptions | NatsOptions;

/** How two services reach each other, and know each other. */
export interface CallingServices {
  readonly store: MemorySessionStore;
  readonly transport: Transported;
  /** Of the service that calls. */
  readonly calling?: Partial<SessionModuleOptions>;
  /** Of the service that is called. */
  readonly called?: Partial<SessionModuleOptions>;
}

/** A service that is called, and listens to a transport. */
export async function startCalled(
  makeAdapter: MakeAdapter,
  { store, transport, called }: CallingServices,
): Promise<ListeningApp & { controller: CalledController }> {
  const started = await listen(
    makeAdapter,
    {
      imports: [SessionModule.forRoot({ store, service: 'called', ...called })],
      controllers: [CalledController],
    },
    (app) => listenTo(app, transport),
  );
  return { ...started, controller: started.app.get(CalledController) };
}

/**
 * A service that calls that one.
 *
 * @param own A transport to listen to as well.
 */
export async function startCalling(
  makeAdapter: MakeAdapter,
  { store, transport, calling }: CallingServices,
  own?: MicroserviceOptions,
): Promise<ListeningApp & { controller: CallingController }> {
  const started = await listen(
    makeAdapter,
    {
      imports: [
        SessionModule.forRoot({ store, service: 'caller', ...calling }),
        SessionCallsModule,
        ClientsModule.registerAsync([
          {
            name: CALLED,
            imports: [SessionCallsModule],
            inject: [SessionCalls],
            useFactory: (calls: SessionCalls) => calls.client('called', transport),
          },
        ]),
      ],
      controllers: [CallingController],
    },
    (app) => (own ? listenTo(app, own) : undefined),
  );
  return { ...started, controller: started.app.get(CallingController) };
}

async function listenTo(app: INestApplication, transport: MicroserviceOptions): Promise<void> {
  app.connectMicroservice(transport, { inheritAppConfig: true });
  await app.startAllMicroservices();
}
