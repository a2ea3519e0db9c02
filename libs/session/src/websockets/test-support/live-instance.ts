import type { Server } from 'node:http';
import { promisify } from 'node:util';
import type { Type } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { httpAdapters, listen, type ListeningApp } from '../../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../../test-support/kept-security-log.js';
import type { ChannelOptions } from '../../channels/channel.options.js';
import { SessionChannels } from '../../channels/session-channels.js';
import { SessionChannelsModule } from '../../channels/session-channels.module.js';
import type { SessionModuleOptions } from '../../options/session.options.js';
import { SessionModule } from '../../session.module.js';
import { SessionWebSocketsModule } from '../session-websockets.module.js';
import { LIVE_PATH, LiveGateway } from './live.gateway.js';

export const WEB_SOCKET_ADAPTERS = ['ws', 'socket.io'] as const;

export type WebSocketAdapterName = (typeof WEB_SOCKET_ADAPTERS)[number];

export interface LiveInstanceOptions {
  readonly adapter: WebSocketAdapterName;
  /** Gateway at {@link LIVE_PATH}. @default LiveGateway */
  readonly gateway?: Type;
  readonly session: Omit<SessionModuleOptions, 'securityLog'>;
  readonly channels?: ChannelOptions;
}

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

/** Instance of a service with {@link LiveGateway}, on a Redis that it shares with other instances. */
export class LiveInstance {
  readonly log = new KeptSecurityLog();
  #listening!: ListeningApp;

  private constructor(readonly adapter: WebSocketAdapterName) {}

  static async start({
    adapter,
    gateway = LiveGateway,
    session,
    channels = {},
  }: LiveInstanceOptions): Promise<LiveInstance> {
    const instance = new LiveInstance(adapter);
    instance.#listening = await listen(
      express,
      {
        imports: [
          SessionModule.forRoot({ securityLog: instance.log, ...session }),
          SessionChannelsModule.forRoot(channels),
          SessionWebSocketsModule,
        ],
        providers: [gateway],
      },
      (app) => {
        app.useWebSocketAdapter(adapter === 'ws' ? new WsAdapter(app) : new IoAdapter(app));
      },
    );
    return instance;
  }

  /** URL of the gateway. */
  get url(): string {
    return `${this.#listening.url}${LIVE_PATH}`;
  }

  get port(): number {
    return Number(new URL(this.#listening.url).port);
  }

  get channels(): SessionChannels {
    return this.#listening.app.get(SessionChannels, { strict: false });
  }

  get gateway(): LiveGateway {
    return this.#listening.app.get(LiveGateway);
  }

  get server(): Server {
    return this.#listening.app.getHttpServer() as Server;
  }

  /** Number of open TCP connections. */
  connections(): Promise<number> {
    return promisify(this.server.getConnections.bind(this.server))();
  }

  close(): Promise<void> {
    return this.#listening.app.close();
  }
}
