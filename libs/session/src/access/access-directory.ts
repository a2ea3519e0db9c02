import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { inBatches } from '../common/in-batches.js';
import { SingleFlight } from '../common/single-flight.js';
import { BACKGROUND_INTERVAL, ThrottledLogger } from '../common/throttled-logger.js';
import { TimerLoop } from '../common/timer-loop.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { type Decision, SessionAuthorizer } from '../roles/session-authorizer.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import type { AccessCatalogue, AccessRoute, AccessRouter } from './access-catalogue.js';
import { AccessCatalogueStore, type PublishedCatalogue } from './access-catalogue.store.js';
import type { InstanceReport } from './instance-report.js';
import { AccessMatcher, isSupported, requirementsOf } from './access-matcher.js';
import { AccessDirectoryOptions } from './session-access-directory.options.js';

/** Request that is about to reach a service. */
export interface AccessLookUp {
  /** HTTP method in upper case. */
  readonly method: string;
  /** Request target as it will be sent to the service, including the query. */
  readonly path: string;
  /** Name of the service, if the gateway knows it. */
  readonly service?: string;
}

/** Requirements of a route for its caller. */
export interface RouteAccess {
  /** Service that has the route. */
  readonly service: string;
  /** Whether the route needs no session. */
  readonly isPublic: boolean;
  /** Whether the session must be read past all caches. */
  readonly skipsCache: boolean;
  /** Maximum time since the user's last authentication, in milliseconds; `null` for no limit. */
  readonly maxSignInAge: number | null;
  /** Returns the decision of this app's `SessionAuthorizer` about a session. */
  authorize(session: Session, request: TokenRequest): Decision;
}

/** Route in a listing. */
export interface ListedRoute extends AccessRoute {
  /** Whether the pattern is not supported, so that every request to the route is rejected. */
  readonly isUnsupported: boolean;
  /** Other services with the same route. A request to it that does not name the service is rejected. */
  readonly alsoIn: readonly string[];
}

/**
 * State of a configured service. Times are epoch milliseconds: `publishedAt` by the clock of the service,
 * `seenAt` by the clock of this process.
 */
export interface AccessServiceState {
  /** Configured name of the service. */
  readonly service: string;
  /** `'stale'` without a recent heartbeat, `'missing'` when the service has published no catalogue. */
  readonly state: 'up' | 'stale' | 'missing';
  /** Published release; `null` when unknown. */
  readonly release: string | null;
  /** Router of the service; `null` when the service is missing. */
  readonly router: AccessRouter | null;
  /** Role that every user of the service needs; `null` for none. */
  readonly requiredRole: string | null;
  /** Time of publication; `null` when the service is missing. */
  readonly publishedAt: number | null;
  /** Time of the last heartbeat; `null` when the service is missing. */
  readonly seenAt: number | null;
  /** Published routes, in the order of the router. */
  readonly routes: readonly ListedRoute[];
}

/**
 * Decision about a route: `public` without a session; `unsupported` or `ambiguous` where a gateway rejects every
 * request that does not name its service.
 */
export type RouteDecision = Decision | 'ambiguous' | 'public' | 'unsupported';

/** Decision about each route of a service, for one session. */
export interface ServiceAccess extends Pick<AccessServiceState, 'service' | 'state'> {
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    readonly decision: RouteDecision;
  }[];
}

/** State of the instances of a service. */
export interface ServiceReports {
  readonly service: string;
  readonly instances: readonly InstanceReport[];
}

/** Catalogue with its compiled matcher. */
interface Known extends PublishedCatalogue {
  readonly matcher: AccessMatcher;
  /** Flags by route index, in the order of the catalogue. */
  readonly isUnsupported: readonly boolean[];
}

/**
 * Routes of all configured services, and their requirements. Published catalogues are read again every few
 * seconds. A look-up waits for a read only at first use, or after background reads have failed for too long.
 */
@Injectable()
export class AccessDirectory implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #failures = new ThrottledLogger('AccessDirectory', BACKGROUND_INTERVAL);
  #known: ReadonlyMap<string, Known> = new Map();
  /** Start of the last successful read, in monotonic milliseconds; `-Infinity` before the first read. */
  #readAt = -Infinity;
  /** Reads the catalogues. */
  readonly #reads = new SingleFlight(() => this.#read());
  readonly #refreshes = new TimerLoop({
    pause: () => this.options.refreshInterval,
    onFailure: (error) => this.#failures.report(error),
  });

  constructor(
    private readonly store: AccessCatalogueStore,
    private readonly options: AccessDirectoryOptions,
    private readonly authorizer: SessionAuthorizer,
  ) {}

  /** @internal Hook that Nest calls. */
  onApplicationBootstrap(): void {
    this.#refreshes.start(() => this.#reads.run());
  }

  /** @internal Hook that Nest calls. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#refreshes.stop();
  }

  /**
   * Returns the requirements of a request's route.
   *
   * @returns `'unknown'` when no service has the route, the route is unclear, or several services have it and
   *   the request names none of them; `'stale'` when a service is missing or has sent no heartbeat for a
   *   while, so that the route cannot be determined. Both are rejected.
   * @throws SessionStoreUnavailableError when the store is unavailable and the last read is too old
   *
   * @example
   * ```ts
   * const access = await directory.lookUp({ method: 'GET', path: '/orders/7' });
   * if (access === 'unknown') throw new NotFoundException();
   * ```
   */
  async lookUp({
    method,
    path,
    service,
  }: AccessLookUp): Promise<RouteAccess | 'unknown' | 'stale'> {
    await this.#ensureFresh();
    if (service !== undefined) {
      if (!this.options.services.includes(service)) return 'unknown';
      const known = this.#known.get(service);
      return known === undefined ? 'stale' : this.#accessOf(known, method, path);
    }
    const having = [...this.#known.values()].filter(
      ({ matcher }) => matcher.find(method, path) !== null,
    );
    if (having.length > 1) return 'unknown';
    // The route may belong to a service without a known catalogue.
    if (this.#known.size < this.options.services.length) return 'stale';
    return having[0] === undefined ? 'unknown' : this.#accessOf(having[0], method, path);
  }

  /**
   * Returns the state of every configured service, in the configured order.
   *
   * @throws SessionStoreUnavailableError as {@link lookUp}
   *
   * @example
   * const away = (await directory.list()).filter(({ state }) => state !== 'up');
   */
  async list(): Promise<readonly AccessServiceState[]> {
    await this.#ensureFresh();
    const holders = this.#holders();
    return this.options.services.map((service) => this.#stateOf(service, holders));
  }

  /**
   * Returns what a session may call: the decision about each published route, as a gateway would make it.
   *
   * @param request Request on which rules of the application may depend.
   * @throws SessionStoreUnavailableError as {@link lookUp}
   *
   * @example
   * const services = await directory.accessOf(session, { headers: {} });
   */
  async accessOf(session: Session, request: TokenRequest): Promise<readonly ServiceAccess[]> {
    return (await this.list()).map(({ service, state, requiredRole, routes }) => ({
      service,
      state,
      routes: routes.map((route) => ({
        method: route.method,
        path: route.path,
        decision: this.#decisionOf(route, requiredRole ?? undefined, session, request),
      })),
    }));
  }

  /**
   * Returns the state of the instances of every configured service, as they report it with their heartbeats. A service
   * without Redis of its own reports nothing.
   *
   * @throws SessionStoreUnavailableError
   *
   * @example
   * const withoutLink = (await directory.reports()).flatMap(({ instances }) =>
   *   instances.filter(({ nearCache }) => nearCache?.isLinkUp === false),
   * );
   */
  async reports(): Promise<readonly ServiceReports[]> {
    return inBatches(this.options.services, async (service) => ({
      service,
      instances: (await this.store.findReports?.(service)) ?? [],
    }));
  }

  #decisionOf(
    route: ListedRoute,
    requiredRole: string | undefined,
    session: Session,
    request: TokenRequest,
  ): RouteDecision {
    if (route.isUnsupported) return 'unsupported';
    if (route.alsoIn.length > 0) return 'ambiguous';
    if (route.isPublic) return 'public';
    return this.authorizer.authorize(session, requirementsOf(route), requiredRole, request);
  }

  #accessOf(known: Known, method: string, path: string): RouteAccess | 'unknown' | 'stale' {
    const match = known.matcher.find(method, path);
    if (match === null || match === 'unclear') return 'unknown';
    if (this.#isStale(known)) return 'stale';
    const { routes, ...demand } = match;
    const { service, requiredRole } = known.catalogue;
    return {
      service,
      ...demand,
      authorize: (session, request) =>
        strictest(
          routes.map((it) => this.authorizer.authorize(session, it, requiredRole, request)),
        ),
    };
  }

  #isStale({ seenAt }: Known): boolean {
    return Date.now() - seenAt > this.options.staleAfter;
  }

  /** Returns the services that have a route, by its method and pattern. */
  #holders(): ReadonlyMap<string, ReadonlySet<string>> {
    const holders = new Map<string, Set<string>>();
    for (const { catalogue } of this.#known.values()) {
      for (const route of catalogue.routes) {
        const key = keyOf(route);
        let services = holders.get(key);
        if (services === undefined) holders.set(key, (services = new Set()));
        services.add(catalogue.service);
      }
    }
    return holders;
  }

  #stateOf(service: string, holders: ReadonlyMap<string, ReadonlySet<string>>): AccessServiceState {
    const known = this.#known.get(service);
    if (known === undefined) return { service, state: 'missing', ...NOTHING };
    const { catalogue, publishedAt, seenAt, isUnsupported } = known;
    return {
      service,
      state: this.#isStale(known) ? 'stale' : 'up',
      release: catalogue.version ?? null,
      router: catalogue.router,
      requiredRole: catalogue.requiredRole ?? null,
      publishedAt,
      seenAt,
      routes: catalogue.routes.map((route, index) => ({
        ...route,
        isUnsupported: isUnsupported[index] ?? true,
        alsoIn: [...(holders.get(keyOf(route)) ?? [])].filter((it) => it !== service),
      })),
    };
  }

  /** Reads the catalogues at first use, and after background reads have failed for too long. */
  async #ensureFresh(): Promise<void> {
    if (performance.now() - this.#readAt <= this.options.maxAge) return;
    await this.#reads.run();
    // A read that took too long returns outdated catalogues.
    if (performance.now() - this.#readAt > this.options.maxAge) {
      throw new SessionStoreUnavailableError();
    }
  }

  async #read(): Promise<void> {
    const askedAt = performance.now();
    const found = await Promise.all(this.options.services.map((it) => this.store.find(it)));
    const known = new Map<string, Known>();
    for (const it of found) {
      if (it !== null) known.set(it.catalogue.service, this.#compiled(it));
    }
    this.#known = known;
    this.#readAt = askedAt;
  }

  /** Compiles a catalogue, unless it has not changed. */
  #compiled(found: PublishedCatalogue): Known {
    const { catalogue } = found;
    const before = this.#known.get(catalogue.service);
    if (before?.catalogue === catalogue) return { ...before, ...found };
    return {
      ...found,
      matcher: new AccessMatcher(catalogue),
      isUnsupported: unsupported(catalogue),
    };
  }
}

const NOTHING = {
  release: null,
  router: null,
  requiredRole: null,
  publishedAt: null,
  seenAt: null,
  routes: [],
};

/** Returns the decision of which no other is stricter; a request that no closed route serves is authorized. */
function strictest(decisions: readonly Decision[]): Decision {
  return (
    decisions.find((it) => it === 'role-required') ??
    decisions.find((it) => it !== 'authorized') ??
    'authorized'
  );
}

function unsupported(catalogue: AccessCatalogue): boolean[] {
  return catalogue.routes.map((route) => !isSupported(route, catalogue));
}

/** Returns the method and pattern of a route, without the names of its parameters. */
function keyOf({ method, path }: AccessRoute): string {
  return `${method} ${path.replace(/(?<=[:*])\w+/g, '')}`;
}
