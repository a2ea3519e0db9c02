import type { DynamicModule, INestApplication } from '@nestjs/common';
import {
  ClientsModule,
  type MicroserviceOptions,
  type NatsOptions,
  type RedisOptions,
  type TcpClientOptions,
  type TcpOptions,
} from '@nestjs/microservices';
import { SessionBindingModule } from '../../binding/session-binding.module.js';
import type { BindingOptions } from '../../binding/binding.options.js';
import type { SessionModuleOptions } from '../../options/session.options.js';
import { SessionModule } from '../../session.module.js';
import type { MemorySessionStore } from '../../testing/memory-session.store.js';
import {
  type httpAdapters,
  listen,
  type ListeningApp,
} from '../../../test-support/http-adapters.js';
import type { CallOptions } from '../call.options.js';
import { SessionCalls } from '../session-calls.js';
import { SessionCallsModule } from '../session-calls.module.js';
import { CalledController } from './called.controller.js';
import { CALLED, CallingController } from './calling.controller.js';

type MakeAdapter = (typeof httpAdapters)[number][1];

/** Options that a server and its client share. */
type Transported = (TcpOptions & TcpClientOptions) | RedisOptions | NatsOptions;

/** Options of a service. */
export interface ServiceOptions {
  readonly options?: Partial<SessionModuleOptions>;
  /** Options of `SessionCallsModule`. By default, calls carry the user's token. */
  readonly calls?: CallOptions;
  /** Options of `SessionBindingModule`, which is left out without them. */
  readonly binding?: BindingOptions;
  /** Modules of further features. */
  readonly features?: readonly DynamicModule[];
}

/** Transport between two services, and their options. */
export interface CallingServices {
  readonly store: MemorySessionStore;
  readonly transport: Transported;
  /** Options of the calling service. */
  readonly calling?: ServiceOptions;
  /** Options of the called service. */
  readonly called?: ServiceOptions;
}

/** Starts a service that is called, and listens to a transport. */
export async function startCalled(
  makeAdapter: MakeAdapter,
  { store, transport, called }: CallingServices,
): Promise<ListeningApp & { controller: CalledController }> {
  const started = await listen(
    makeAdapter,
    {
      imports: sessionModules(store, 'called', called),
      controllers: [CalledController],
    },
    (app) => listenTo(app, transport),
  );
  return { ...started, controller: started.app.get(CalledController) };
}

/**
 * Starts a service that calls the service of {@link startCalled}.
 *
 * @param own Additional transport to listen to.
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
        ...sessionModules(store, 'caller', calling),
        ClientsModule.registerAsync([
          {
            name: CALLED,
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

function sessionModules(
  store: MemorySessionStore,
  service: string,
  { options, calls = { forwardToken: true }, binding, features = [] }: ServiceOptions = {},
): DynamicModule[] {
  return [
    SessionModule.forRoot({ store, service, ...options }),
    SessionCallsModule.forRoot(calls),
    ...(binding ? [SessionBindingModule.forRoot(binding)] : []),
    ...features,
  ];
}

async function listenTo(app: INestApplication, transport: MicroserviceOptions): Promise<void> {
  app.connectMicroservice(transport, { inheritAppConfig: true });
  await app.startAllMicroservices();
}
