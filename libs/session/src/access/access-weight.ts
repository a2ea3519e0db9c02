import { formsOf } from './access-pattern.js';
import type { AccessRouter } from './access-router.js';

/** Parts of a catalogue that determine how much of it a reader keeps. */
interface Weighed {
  readonly router: AccessRouter;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}

/**
 * Returns the maximum number of nodes that an `AccessMatcher` builds from a catalogue. It builds one node for
 * each segment of each form of each path, under each method that the path serves.
 *
 * @param most Limit at which counting stops, so that it takes no longer than reading an allowed catalogue.
 * @returns `null` above the limit
 */
export function weightOf({ router, routes }: Weighed, most: number): number | null {
  const methods = new Set(routes.map(({ method }) => method)).add('HEAD').add('ALL');
  let weight = 0;
  for (const { method, path } of routes) {
    const served = method === 'ALL' ? methods.size : method === 'GET' ? 2 : 1;
    for (const { segments } of formsOf(path, router)) {
      weight += served * (segments.length + 1);
      if (weight > most) return null;
    }
  }
  return weight;
}
