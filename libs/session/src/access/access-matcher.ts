import { METHODS } from 'node:http';
import type { RouteRequirements } from '../roles/session-authorizer.js';
import type { AccessCatalogue, AccessRoute } from './access-catalogue.js';
import { segmentsOf } from './access-path.js';
import { formsOf, type PatternForm } from './access-pattern.js';
import { AccessTrie, type TrieEntry, type TrieMatch } from './access-trie.js';

/** Requirements of the route, or the routes, of a request. */
export interface AccessMatch {
  /** Whether the request needs no session. */
  readonly isPublic: boolean;
  /** Whether the session must be read past all caches. */
  readonly skipsCache: boolean;
  /** Maximum time since the user's last authentication, in milliseconds; `null` for no limit. */
  readonly maxSignInAge: number | null;
  /** Requirements of each route that may serve the request and is not public. All of them apply. */
  readonly routes: readonly RouteRequirements[];
}

/** Routes that serve one method. */
interface MethodRoutes {
  readonly exact: AccessTrie;
  /** Routes with unsupported syntax, each under a broader pattern than its own. */
  readonly unsupported: AccessTrie;
}

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/**
 * Finds the route of a service that runs for a method and a path. The result agrees with the service's
 * router: Express takes the first match, Fastify the most specific. When the router would read more of the
 * request, such as a version in a header, the requirements of all candidate routes apply together.
 *
 * The matcher may be stricter than the router, but is never laxer. It is stricter when the outcome is
 * uncertain: non-canonical paths, letters in another case, patterns in an unsupported syntax.
 */
export class AccessMatcher {
  readonly #byMethod = new Map<string, MethodRoutes>();
  /** Routes for methods that no route names. */
  readonly #others: MethodRoutes;
  readonly #matches = new WeakMap<TrieEntry, AccessMatch>();

  constructor(private readonly catalogue: AccessCatalogue) {
    const named = new Set(catalogue.routes.map(({ method }) => method));
    for (const method of new Set([...named, 'HEAD'])) {
      this.#byMethod.set(method, this.#routesFor(method));
    }
    this.#others = this.#routesFor('ALL');
    this.#byMethod.delete('ALL');
  }

  /** Number of nodes that all look-ups have visited so far. */
  get visits(): number {
    const all = [...this.#byMethod.values(), this.#others];
    return all.reduce((sum, it) => sum + it.exact.visits + it.unsupported.visits, 0);
  }

  /**
   * @param target Request target, including the query.
   * @returns `null` when no route matches; `'unclear'` when a route may run, but which one cannot be
   *   determined. Both are rejected.
   */
  find(method: string, target: string): AccessMatch | 'unclear' | null {
    const segments = KNOWN_METHODS.has(method) ? segmentsOf(target) : null;
    if (segments === null) return null;
    const routes = this.#byMethod.get(method) ?? this.#others;
    const { entries, isAmbiguous } = routes.exact.find(segments);
    const last = entries.at(-1);
    if (isAmbiguous || this.#isOverruled(routes.unsupported.find(segments), last)) return 'unclear';
    if (last === undefined) return null;
    // A path in another letter case may be meant for another route, or for no route.
    if (!entries.every(({ form }) => isWritten(form, segments))) return 'unclear';
    if (entries.length > 1) return this.#matchOf(entries);
    let match = this.#matches.get(last);
    if (match === undefined) this.#matches.set(last, (match = this.#matchOf(entries)));
    return match;
  }

  /** Returns whether an unsupported route may run instead of the routes that were found. */
  #isOverruled({ entries }: TrieMatch, last: TrieEntry | undefined): boolean {
    if (entries.length === 0) return false;
    if (this.catalogue.router === 'fastify' || last?.route.isConditional !== false) return true;
    // An equal index is another form of the same route, made by an optional part and supported.
    return entries.some(({ index }) => index < last.index);
  }

  #routesFor(method: string): MethodRoutes {
    const { router, maxParamLength } = this.catalogue;
    const routes = {
      exact: new AccessTrie(router, maxParamLength),
      // All matches are needed, whichever Fastify considers the most specific.
      unsupported: new AccessTrie('express'),
    };
    for (const [index, route] of this.#inOrderFor(method)) {
      for (const form of formsOf(route.path, router)) {
        const entry = { route, index, form };
        (form.isExact ? routes.exact : routes.unsupported).insert(entry);
      }
    }
    return routes;
  }

  #inOrderFor(method: string): [index: number, route: AccessRoute][] {
    const served = (wanted: (method: string) => boolean) =>
      [...this.catalogue.routes.entries()].filter(([, route]) => wanted(route.method));
    const own = (it: string) => it === method || it === 'ALL';
    if (method !== 'HEAD') return served(own);
    // Express answers HEAD with the first route for HEAD or GET.
    if (this.catalogue.router === 'express') return served((it) => own(it) || it === 'GET');
    // Fastify answers HEAD with the GET route, unless another route serves HEAD on the same pattern.
    return [...served(own), ...served((it) => it === 'GET')];
  }

  #matchOf(entries: readonly TrieEntry[]): AccessMatch {
    const closed = entries.map(({ route }) => route).filter(({ isPublic }) => !isPublic);
    const ages = closed.map(({ maxAge }) => maxAge).filter((it) => it !== undefined);
    return {
      isPublic: closed.length === 0,
      skipsCache: closed.some(({ isFresh }) => isFresh),
      maxSignInAge: ages.length === 0 ? null : Math.min(...ages),
      routes: closed.map(requirementsOf),
    };
  }
}

/** Returns the requirements of a published route, as the authorizer reads them. */
export function requirementsOf({ anyOf, isFresh, maxAge }: AccessRoute): RouteRequirements {
  return {
    anyOf,
    skipsCache: isFresh,
    maxSignInAge: maxAge ?? null,
    // The service itself rejects users on such a route.
    isServicesOnly: false,
  };
}

/** Returns whether a route's pattern is supported, so that its requests can be admitted. */
export function isSupported(route: AccessRoute, { router }: AccessCatalogue): boolean {
  const forms = formsOf(route.path, router);
  return forms.length > 0 && forms.every(({ isExact }) => isExact);
}

/** Returns whether the path contains the pattern's texts in exactly the same letter case. */
function isWritten(form: PatternForm, segments: readonly string[]): boolean {
  return form.segments.every((it, index) => {
    const segment = segments[index] ?? '';
    if ('text' in it) return segment === it.text;
    return segment.startsWith(it.prefix) && segment.endsWith(it.suffix);
  });
}
