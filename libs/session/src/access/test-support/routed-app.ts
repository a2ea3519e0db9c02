import { once } from 'node:events';
import { IncomingMessage, request, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import {
  Controller,
  type ControllerOptions,
  Header,
  HttpCode,
  type HttpServer,
  type INestApplication,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SESSION_OPTIONS } from '../../options/session-options.token.js';
import { SessionOptions } from '../../options/session.options.js';
import { AccessRules } from '../../roles/access-rules.js';
import { ROLES_METADATA } from '../../roles/roles.decorator.js';
import { MemorySessionStore } from '../../testing/memory-session.store.js';
import { type httpAdapters, silent } from '../../../test-support/http-adapters.js';
import type { AccessCatalogue } from '../access-catalogue.js';
import { SessionAccessOptions } from '../session-access.options.js';
import { AccessCatalogueReader } from '../access-catalogue.reader.js';

/** Response header that names the handler that ran. */
const HANDLER = 'x-handler';

/**
 * Creates a controller whose handlers each require a role of their own name, and answer with that name.
 *
 * @param handlers Handlers with the decorators that route to them, in the order of declaration.
 */
export function controllerOf(
  prefix: string | string[] | ControllerOptions,
  handlers: Record<string, MethodDecorator | MethodDecorator[]>,
): Type {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- filled below
  const routes = class {};
  for (const [name, decorators] of Object.entries(handlers)) {
    const handler = () => name;
    Object.defineProperty(routes.prototype, name, { value: handler, configurable: true });
    Reflect.defineMetadata(ROLES_METADATA, [name], handler);
    for (const decorate of [Header(HANDLER, name), HttpCode(200), decorators].flat()) {
      const descriptor = { value: handler, configurable: true, writable: true };
      decorate(routes.prototype, name, descriptor);
    }
  }
  Controller(prefix as string)(routes);
  return routes;
}

/** Nest application with these routes, and the catalogue read from it. */
export class RoutedApp {
  private constructor(
    readonly app: INestApplication,
    readonly catalogue: AccessCatalogue,
  ) {}

  static async start(
    makeAdapter: (typeof httpAdapters)[number][1],
    metadata: ModuleMetadata,
    prepare?: (app: INestApplication) => unknown,
  ): Promise<RoutedApp> {
    const store = new MemorySessionStore();
    const options = new SessionOptions({ store, service: 'sample' });
    const providers = [
      ...(metadata.providers ?? []),
      AccessRules,
      AccessCatalogueReader,
      { provide: SESSION_OPTIONS, useValue: options },
      {
        provide: SessionAccessOptions,
        useValue: new SessionAccessOptions({ release: '1.2.3' }),
      },
    ];
    const module = await Test.createTestingModule({ ...metadata, providers })
      .setLogger(silent)
      .compile();
    const app = module.createNestApplication(makeAdapter());
    await prepare?.(app);
    await app.init();
    const adapter: HttpServer = app.getHttpAdapter();
    // Fastify builds its router late.
    const router = adapter.getInstance() as { ready?(): PromiseLike<unknown> };
    await router.ready?.();
    const catalogue = await app.get(AccessCatalogueReader).read();
    if (catalogue === null) throw new Error('no catalogue was read');
    return new RoutedApp(app, catalogue);
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  /** @returns the URL at which the application listens */
  async listen(): Promise<string> {
    await this.app.listen(0, '127.0.0.1');
    return this.app.getUrl();
  }

  /**
   * Returns the handler that answers, or `null`. The router receives the target unchanged, without a
   * connection.
   */
  async answering(
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<string | null> {
    const request = new IncomingMessage(new Socket());
    Object.assign(request, { method, url: path, httpVersion: '1.1' });
    Object.assign(request.headers, { host: '127.0.0.1', ...headers });
    request.push(null);
    const response = new ServerResponse(request);
    const sink = new Sink();
    response.assignSocket(sink as unknown as Socket);
    const finished = once(response, 'finish');
    (this.app.getHttpServer() as Server).emit('request', request, response);
    await finished;
    return sink.header(HANDLER);
  }
}

/** Returns the handler that answers a request over a connection, or `null`. Sends the target unchanged. */
export function answeringOver(url: string, method: string, path: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, path });
    call.on('error', reject);
    call.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.headers[HANDLER]?.toString() ?? null);
      });
    });
    call.end();
  });
}

/** Replaces the connection of a response. */
class Sink extends Writable {
  #text = '';

  header(name: string): string | null {
    const [head = ''] = this.#text.split('\r\n\r\n');
    return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? null;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#text += chunk.toString('latin1');
    done();
  }
}
