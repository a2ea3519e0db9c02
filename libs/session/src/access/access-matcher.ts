import { METHODS } from 'node:http';
import type { Session } from '../session/session.js';
import type { AccessCatalogue, AccessRoute } from './access-catalogue.js';
import { segmentsOf } from './access-path.js';
import { formsOf, type PatternForm } from './access-pattern.js';
import { AccessTrie, type TrieEntry, type TrieMatch } from './access-trie.js';

/** What the route, or the routes, of a request demand. */
export interface AccessMatch {
  readonly isPublic: boolean;
  readonly isFresh: boolean;
  /** How long ago the user may have proven who they are, in milliseconds; `null` for any time. */
  readonly maxAge: number | null;
  /** Whether a session carries the service's role, and a role of each list that a route has. */
  allows(session: Session): boolean;
}

/** The routes that serve one method. */
interface MethodRoutes {
  readonly exact: AccessTrie;
  /** Routes in a syntax that is not understood, each under more than it can match. */
  readonly unsupported: AccessTrie;
}

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/**
 * Tells which route of a service runs for a method and a path, as the service's router would: Express
 * takes the first that matches, Fastify the most specific. Where the router would look at more of the
 * request, such as a version in a header, all routes that it may come to count together.
 *
 * It may be stricter than the router, and is where that cannot be told for sure: paths that are not
 * canonical, letters in another case, patterns in a syntax that it does not understand. It is never laxer.
 */
export class AccessMatcher {
  readonly #byMethod = new Map<string, MethodRoutes>();
  /** For methods that no route names. */
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

  /** How many nodes all look-ups have visited so far. */
  get visits(): number {
    const all = [...this.#byMethod.values(), this.#others];
    return all.reduce((sum, it) => sum + it.exact.visits + it.unsupported.visits, 0);
  }

  /**
   * @param target What the request line says, the query included.
   * @returns `null` where there is no route, `'unclear'` where one may run and which cannot be told: both
   *   are refused.
   */
  find(method: string, target: string): AccessMatch | 'unclear' | null {
    const segments = KNOWN_METHODS.has(method) ? segmentsOf(target) : null;
    if (segments === null) return null;
    const routes = this.#byMethod.get(method) ?? this.#others;
    const { entries, isAmbiguous } = routes.exact.find(segments);
    const last = entries.at(-1);
    if (isAmbiguous || this.#isOverruled(routes.unsupported.find(segments), last)) return 'unclear';
    if (last === undefined) return null;
    // In another case: whoever asks so may mean another route, or nothing.
    if (!entries.every(({ form }) => isWritten(form, segments))) return 'unclear';
    if (entries.length > 1) return this.#matchOf(entries);
    let match = this.#matches.get(last);
    if (match === undefined) this.#matches.set(last, (match = this.#matchOf(entries)));
    return match;
  }

  /** Whether a route that is not understood may run in the place of those that were found. */
  #isOverruled({ entries }: TrieMatch, last: TrieEntry | undefined): boolean {
    if (entries.length === 0) return false;
    if (this.catalogue.router === 'fastify' || last?.route.isConditional !== false) return true;
    // An optional part may have made two forms of one route, of which the other is understood.
    return entries.some(({ index }) => index < last.index);
  }

  #routesFor(method: string): MethodRoutes {
    const { router, maxParamLength } = this.catalogue;
    const routes = {
      exact: new AccessTrie(router, maxParamLength),
      // Whichever is the most specific to Fastify, all of them are needed.
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
    // Express: HEAD is answered by the first route that has HEAD or GET.
    if (this.catalogue.router === 'express') return served((it) => own(it) || it === 'GET');
    // Fastify: the route of GET serves HEAD where no other does on the same pattern.
    return [...served(own), ...served((it) => it === 'GET')];
  }

  #matchOf(entries: readonly TrieEntry[]): AccessMatch {
    const { requiredRole } = this.catalogue;
    const closed = entries.map(({ route }) => route).filter(({ isPublic }) => !isPublic);
    const demands = closed.map(({ anyOf }) => anyOf).filter(({ length }) => length > 0);
    const ages = closed.map(({ maxAge }) => maxAge).filter((it) => it !== undefined);
    return {
      isPublic: closed.length === 0,
      isFresh: closed.some(({ isFresh }) => isFresh),
      maxAge: ages.length === 0 ? null : Math.min(...ages),
      allows: (session) =>
        closed.length === 0 ||
        ((requiredRole === undefined || session.hasRole(requiredRole)) &&
          demands.every((anyOf) => session.hasAnyRole(anyOf))),
    };
  }
}

/** Whether a route's pattern is understood, so that it can be let through. */
export function isSupported(route: AccessRoute, { router }: AccessCatalogue): boolean {
  const forms = formsOf(route.path, router);
  return forms.length > 0 && forms.every(({ isExact }) => isExact);
}

/** Whether the path has the texts of the pattern in just these letters. */
function isWritten(form: PatternForm, segments: readonly string[]): boolean {
  return form.segments.every((it, index) => {
    const segment = segments[index] ?? '';
    if ('text' in it) return segment === it.text;
    return segment.startsWith(it.prefix) && segment.endsWith(it.suffix);
  });
}
