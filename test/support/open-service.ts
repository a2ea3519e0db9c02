import type { IncomingMessage, Server } from 'node:http';
import { Public, Roles, SessionGuard, SessionModule } from 'nest-sessions';
import { SessionAccessModule } from 'nest-sessions/access';
import {
  All,
  Controller,
  Delete,
  Get,
  type INestApplication,
  Module,
  type NestApplicationOptions,
  Post,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Adapter } from './system';
import { acceptWebSocket } from './websocket';

/** Admits every request: all rejections come from the gateway. */
class OpenGuard extends SessionGuard {
  override canActivate(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

/** Requests that reached the service, and the handlers that ran. */
interface Seen {
  readonly arrivals: { readonly method: string; readonly url: string }[];
  readonly headers: IncomingMessage['headers'][];
  readonly handlers: string[];
}

/**
 * A service that publishes its route requirements but enforces none. Each handler has the name of its
 * required caller: `anybody`, `reader` (the service's role), `writer`, `admin`.
 */
export class OpenService {
  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
    private readonly seen: Seen,
  ) {}

  /** @param redis URL of the Redis to publish to, for a user with permission to publish. */
  static async start(name: string, adapter: Adapter, redis: string): Promise<OpenService> {
    const seen: Seen = { arrivals: [], headers: [], handlers: [] };
    const options: NestApplicationOptions = { logger: false, abortOnError: false };
    const module = moduleOf(name, redis, seen);
    const app = await (adapter === 'fastify'
      ? NestFactory.create(module, new FastifyAdapter(), options)
      : NestFactory.create(module, new ExpressAdapter(), options));
    const server = app.getHttpServer() as Server;
    const note = ({ method = '', url = '', headers }: IncomingMessage) => {
      seen.arrivals.push({ method, url });
      seen.headers.push(headers);
    };
    server.on('request', note);
    server.on('upgrade', (request, socket) => {
      note(request);
      acceptWebSocket(request, socket);
    });
    await app.listen(0, '127.0.0.1');
    return new OpenService(app, await app.getUrl(), seen);
  }

  /** Returns the requests since the last call, with or without a handler for them. */
  takeSeen(): Seen {
    const { arrivals, headers, handlers } = this.seen;
    return {
      arrivals: arrivals.splice(0),
      headers: headers.splice(0),
      handlers: handlers.splice(0),
    };
  }

  async stop(): Promise<void> {
    (this.app.getHttpServer() as Server).closeAllConnections();
    await this.app.close();
  }
}

function moduleOf(name: string, redis: string, { handlers }: Seen): Type {
  const note = (handler: string) => {
    handlers.push(handler);
    return { handler };
  };

  @Controller(name)
  class NotesController {
    @Get('public')
    @Public()
    open(): object {
      return note('anybody');
    }

    @Get('secret')
    @Roles('admin')
    secret(): object {
      return note('admin');
    }

    @All('any')
    @Roles('admin')
    any(): object {
      return note('admin');
    }

    @Get('live')
    live(): object {
      return note('reader');
    }

    @Get()
    list(): object {
      return note('reader');
    }

    @Get(':id')
    one(): object {
      return note('reader');
    }

    @Post()
    @Roles('orders:write')
    create(): object {
      return note('writer');
    }

    @Delete(':id')
    @Roles('admin')
    remove(): object {
      return note('admin');
    }
  }

  @Module({
    imports: [
      SessionModule.forRoot({ redis, service: name, requiredRole: 'orders', guard: OpenGuard }),
      SessionAccessModule.forRoot({}),
    ],
    controllers: [NotesController],
  })
  class NotesModule {}
  return NotesModule;
}
