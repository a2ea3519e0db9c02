import { Agent, request } from 'node:http';
import {
  Controller,
  type ControllerOptions,
  Header,
  HttpCode,
  type INestApplication,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { SESSION_OPTIONS } from '../../options/session-options.token';
import { SessionOptions } from '../../options/session.options';
import { AccessRules } from '../../roles/access-rules';
import { ROLES_METADATA } from '../../roles/roles.decorator';
import type { Session } from '../../session/session';
import { MemorySessionStore } from '../../store/memory-session.store';
import { type httpAdapters, listen } from '../../testing/http-adapters';
import { sampleSession } from '../../testing/sample-session';
import type { AccessCatalogue } from '../access-catalogue';
import { AccessCatalogueReader } from '../access-catalogue.reader';

/** The answer's header that names the handler that ran. */
const HANDLER = 'x-handler';

/**
 * A controller whose handlers each ask for a role of their own name, and answer with that name.
 *
 * @param handlers them with the decorators that route to them, in the order of declaration
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

/** A Nest application with these routes, and what is read of them. */
export class RoutedApp {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  private constructor(
    readonly app: INestApplication,
    private readonly url: string,
    readonly catalogue: AccessCatalogue,
  ) {}

  static async start(
    makeAdapter: (typeof httpAdapters)[number][1],
    metadata: ModuleMetadata,
    prepare?: (app: INestApplication) => unknown,
  ): Promise<RoutedApp> {
    const store = new MemorySessionStore();
    const options = new SessionOptions({ store, service: 'sample', release: '1.2.3' });
    const providers = [
      ...(metadata.providers ?? []),
      AccessRules,
      AccessCatalogueReader,
      { provide: SESSION_OPTIONS, useValue: options },
    ];
    const { app, url } = await listen(makeAdapter, { ...metadata, providers }, prepare);
    const catalogue = await app.get(AccessCatalogueReader).read();
    if (catalogue === null) throw new Error('no catalogue was read');
    return new RoutedApp(app, url, catalogue);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.app.close();
  }

  /** Which handler answers, `null` when none does. The target is sent as it is. */
  answering(
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const call = request(this.url, { method, path, headers, agent: this.#agent });
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
}

/** Somebody with these roles. */
export function sessionWith(...roles: readonly string[]): Session {
  return sampleSession({ roles });
}
