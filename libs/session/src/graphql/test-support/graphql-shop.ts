import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { listen } from '../../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../../test-support/kept-security-log.js';
import { sampleSession } from '../../../test-support/sample-session.js';
import { SessionChannels } from '../../channels/session-channels.js';
import { SessionContextModule } from '../../context/session-context.module.js';
import { SessionIssuerModule } from '../../issuer/session-issuer.module.js';
import { SessionManager } from '../../issuer/session.manager.js';
import type { SessionModuleOptions } from '../../options/session.options.js';
import { SessionModule } from '../../session.module.js';
import { SessionGraphqlModule } from '../session-graphql.module.js';
import { CountingStore } from './counting.store.js';
import type { Driver } from './drivers.js';
import { Events } from './events.js';
import { OrderFieldsResolver } from './order-fields.resolver.js';
import { ShopResolver } from './shop.resolver.js';

/** Settings of a shop. */
interface ShopOptions {
  readonly graphql?: object;
  readonly session?: SessionModuleOptions;
  readonly imports?: ModuleMetadata['imports'];
  readonly providers?: ModuleMetadata['providers'];
}

/** Result of an operation over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly string[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** Application with GraphQL resolvers that listens on a free port. */
export class GraphqlShop {
  private constructor(
    readonly app: INestApplication,
    readonly url: string,
    readonly store: CountingStore,
    readonly log: KeptSecurityLog,
  ) {}

  static async start(driver: Driver, options: ShopOptions = {}): Promise<GraphqlShop> {
    const store = new CountingStore();
    const log = new KeptSecurityLog();
    const { graphql = {}, session = { store }, imports = [SessionGraphqlModule] } = options;
    const { providers = [ShopResolver, OrderFieldsResolver] } = options;
    const { app, url } = await listen(driver.makeAdapter, {
      imports: [
        SessionModule.forRoot({ securityLog: log, touchInterval: '1ms', ...session }),
        SessionIssuerModule.forRoot({}),
        SessionContextModule,
        ...imports,
        driver.module({ fieldResolverEnhancers: ['guards', 'interceptors'], ...graphql }),
      ],
      providers: [Events, ...providers],
    });
    return new GraphqlShop(app, `${url}/graphql`, store, log);
  }

  get manager(): SessionManager {
    return this.app.get(SessionManager, { strict: false });
  }

  get channels(): SessionChannels {
    return this.app.get(SessionChannels, { strict: false });
  }

  get events(): Events {
    return this.app.get(Events);
  }

  /** Denials in the security log. */
  get denials() {
    return this.log.events.filter(({ outcome }) => outcome === 'failure');
  }

  /** Signs a user in, and returns the headers of the two ways to send the token. */
  async signIn(roles: readonly string[] = ['orders'], username = 'ada') {
    const user = { ...sampleSession().user, username };
    const { token, session } = await this.manager.create({ user, roles: [...roles] });
    return {
      session,
      token,
      bearer: { authorization: `Bearer ${token}` },
      cookie: { cookie: `__Host-sid=${token}` },
    };
  }

  /** Sends an operation over HTTP. */
  async send(query: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return answerOf(response);
  }

  /** Sends a query with GET. */
  async get(query: string, headers: Record<string, string> = {}): Promise<Answer> {
    const search = new URLSearchParams({ query });
    // Apollo refuses a GET request that a page could send without a preflight request.
    const preflighted = { 'apollo-require-preflight': 'yes', ...headers };
    return answerOf(await fetch(`${this.url}?${String(search)}`, { headers: preflighted }));
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const { data = null, errors = [] } = (await response.json()) as Partial<Answer>;
  return { status: response.status, headers: response.headers, data, errors };
}
