import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { FailureLog } from '../errors/failure-log.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import type { AccessCatalogue, AccessRoute, AccessRouter } from './access-catalogue.js';
import { AccessCatalogueStore, type PublishedCatalogue } from './access-catalogue.store.js';
import { AccessMatcher, isSupported } from './access-matcher.js';
import { SessionAccessOptions } from './session-access.options.js';

/** Of a failure that lasts it is told once in this time, in milliseconds. */
const FAILURE_INTERVAL = 60_000;

/** A request that is about to reach a service. */
export interface AccessLookUp {
  readonly method: string;
  /** The target as it will be sent to the service, the query included. */
  readonly path: string;
  /** Names the service where the gateway knows it. */
  readonly service?: string;
}

/** What a service demands of the caller of a route. */
export interface AccessDemand {
  readonly service: string;
  readonly isPublic: boolean;
  /** Whether the session is to be read from Redis, whatever is in memory. */
  readonly isFresh: boolean;
  /** How long ago the user may have proven who they are, in milliseconds; `null` for any time. */
  readonly maxAge: number | null;
  /** Whether a session carries the roles. */
  allows(session: Session): boolean;
}

/** A route as it is listed. */
export interface ListedRoute extends AccessRoute {
  /** Whether its pattern is not understood, so that every request to it is refused. */
  readonly isUnsupported: boolean;
  /** Other services with the same route: where the service is not told, it is refused. */
  readonly alsoIn: readonly string[];
}

/** What is known of a configured service. Times are epoch milliseconds, by the clock of the service. */
export interface AccessServiceState {
  readonly service: string;
  readonly state: 'up' | 'stale' | 'missing';
  readonly release: string | null;
  readonly router: AccessRouter | null;
  readonly requiredRole: string | null;
  readonly publishedAt: number | null;
  readonly seenAt: number | null;
  readonly routes: readonly ListedRoute[];
}

/** A catalogue, ready to be asked. */
interface Known extends PublishedCatalogue {
  readonly matcher: AccessMatcher;
  /** By the number of a route, the same order as in the catalogue. */
  readonly isUnsupported: readonly boolean[];
}

/**
 * The routes of all services that are configured, and what each demands. What services publish is read
 * again every few seconds; a look-up itself waits for nothing, but for the first.
 */
@Injectable()
export class AccessDirectory implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #failures = new FailureLog('AccessDirectory', FAILURE_INTERVAL);
  #known: ReadonlyMap<string, Known> = new Map();
  /** Monotonic milliseconds at which what is known was asked for; never before the first time. */
  #readAt = -Infinity;
  #reading: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: AccessCatalogueStore,
    private readonly options: SessionAccessOptions,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#refresh().catch((error: unknown) => {
        this.#failures.report(error);
      });
    }, this.options.refreshInterval);
    this.#timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reading?.catch(() => undefined);
  }

  /**
   * What the route of a request demands.
   *
   * @returns `'unknown'` where no service has it, or more than one and it was not told which;
   *   `'stale'` where that cannot be told now, as a service was not seen for a while. Both are refused.
   * @throws SessionStoreUnavailableError when the store is away and nothing young enough is known
   */
  async lookUp({
    method,
    path,
    service,
  }: AccessLookUp): Promise<AccessDemand | 'unknown' | 'stale'> {
    await this.#ensureFresh();
    if (service !== undefined) {
      if (!this.options.services.includes(service)) return 'unknown';
      const known = this.#known.get(service);
      return known === undefined ? 'stale' : this.#demandOf(known, method, path);
    }
    const having = [...this.#known.values()].filter(
      ({ matcher }) => matcher.find(method, path) !== null,
    );
    if (having.length > 1) return 'unknown';
    // The route may be that of a service of which nothing is known.
    if (this.#known.size < this.options.services.length) return 'stale';
    return having[0] === undefined ? 'unknown' : this.#demandOf(having[0], method, path);
  }

  /**
   * Every configured service, in that order.
   *
   * @throws SessionStoreUnavailableError as {@link lookUp}
   */
  async list(): Promise<readonly AccessServiceState[]> {
    await this.#ensureFresh();
    const holders = this.#holders();
    return this.options.services.map((service) => this.#stateOf(service, holders));
  }

  #demandOf(known: Known, method: string, path: string): AccessDemand | 'unknown' | 'stale' {
    const match = known.matcher.find(method, path);
    if (match === null || match === 'unclear') return 'unknown';
    if (this.#isStale(known)) return 'stale';
    const { isPublic, isFresh, maxAge } = match;
    return {
      service: known.catalogue.service,
      isPublic,
      isFresh,
      maxAge,
      allows: (session) => match.allows(session),
    };
  }

  #isStale({ seenAt }: Known): boolean {
    return Date.now() - seenAt > this.options.staleAfter;
  }

  /** Which services have a route of this method and pattern. */
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

  /** Reads at the first use, and where the reading in the background has failed for too long. */
  async #ensureFresh(): Promise<void> {
    if (performance.now() - this.#readAt <= this.options.maxAge) return;
    await this.#refresh();
    // What was asked for long ago and answered only now.
    if (performance.now() - this.#readAt > this.options.maxAge) {
      throw new SessionStoreUnavailableError();
    }
  }

  /** One at a time: who comes meanwhile waits for the same. */
  #refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
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

  /** What has not changed is not compiled again. */
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

function unsupported(catalogue: AccessCatalogue): boolean[] {
  return catalogue.routes.map((route) => !isSupported(route, catalogue));
}

/** The names of parameters mean nothing. */
function keyOf({ method, path }: AccessRoute): string {
  return `${method} ${path.replace(/(?<=[:*])\w+/g, '')}`;
}
