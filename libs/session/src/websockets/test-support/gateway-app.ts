import type { INestApplication, ModuleMetadata, Type, WebSocketAdapter } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { httpAdapters, listen } from '../../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../../test-support/kept-security-log.js';
import { sampleSession } from '../../../test-support/sample-session.js';
import type { ChannelOptions } from '../../channels/channel.options.js';
import { SessionChannels } from '../../channels/session-channels.js';
import { SessionChannelsModule } from '../../channels/session-channels.module.js';
import { SessionIssuerModule } from '../../issuer/session-issuer.module.js';
import { SessionManager } from '../../issuer/session.manager.js';
import type { Session } from '../../session/session.js';
import { SessionModule } from '../../session.module.js';
import { MemorySessionStore } from '../../testing/memory-session.store.js';
import { beginOutage } from '../../testing/store-outage.js';
import { SessionWebSocketsModule } from '../session-websockets.module.js';
import type { WebSocketsOptions } from '../websockets.options.js';

/** Signed-in user of a test. */
export interface Visitor {
  readonly session: Session;
  readonly token: string;
  readonly bearer: { readonly authorization: string };
  readonly cookie: { readonly cookie: string };
}

export interface GatewayAppOptions {
  readonly gateways: readonly Type[];
  /** Adapter of a package, an adapter of the test, or Nest's default. */
  readonly adapter: 'ws' | 'socket.io' | 'default' | ((app: INestApplication) => WebSocketAdapter);
  readonly http?: (typeof httpAdapters)[number][1];
  readonly session?: Omit<Parameters<typeof SessionModule.forRoot>[0], 'store' | 'securityLog'>;
  readonly channels?: ChannelOptions;
  readonly webSockets?: WebSocketsOptions;
  readonly imports?: ModuleMetadata['imports'];
}

/** Application with gateways, on a store in memory that may fail. */
export class GatewayApp {
  readonly store = new MemorySessionStore();
  readonly log = new KeptSecurityLog();
  app!: INestApplication;
  url!: string;
  #users = 0;

  static async start(options: GatewayAppOptions): Promise<GatewayApp> {
    const started = new GatewayApp();
    await started.#start(options);
    return started;
  }

  async #start(options: GatewayAppOptions): Promise<void> {
    const { gateways, adapter, http = httpAdapters[0]?.[1], webSockets, channels = {} } = options;
    if (http === undefined) throw new Error('There is no adapter.');
    const { app, url } = await listen(
      http,
      {
        imports: [
          SessionModule.forRoot({
            store: this.store,
            securityLog: this.log,
            ...options.session,
          }),
          SessionIssuerModule.forRoot({ rotationGrace: '1s' }),
          SessionChannelsModule.forRoot(channels),
          webSockets ? SessionWebSocketsModule.forRoot(webSockets) : SessionWebSocketsModule,
          ...(options.imports ?? []),
        ],
        providers: [...gateways],
      },
      (created) => {
        if (typeof adapter === 'function') created.useWebSocketAdapter(adapter(created));
        if (adapter === 'ws') created.useWebSocketAdapter(new WsAdapter(created));
        if (adapter === 'socket.io') created.useWebSocketAdapter(new IoAdapter(created));
      },
    );
    this.app = app;
    this.url = url;
  }

  get manager(): SessionManager {
    return this.app.get(SessionManager, { strict: false });
  }

  get channels(): SessionChannels {
    return this.app.get(SessionChannels, { strict: false });
  }

  async signIn(...roles: string[]): Promise<Visitor> {
    this.#users += 1;
    const user = {
      ...sampleSession().user,
      id: `u-${this.#users}`,
      username: `user${this.#users}`,
    };
    const { token, session } = await this.manager.create({ user, roles });
    return {
      session,
      token,
      bearer: { authorization: `Bearer ${token}` },
      cookie: { cookie: `__Host-sid=${token}` },
    };
  }

  /** Makes the store fail until the returned function is called. */
  failStore(): () => void {
    return beginOutage([this.store]);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
