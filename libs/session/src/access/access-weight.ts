import { formsOf } from './access-pattern.js';
import type { AccessRouter } from './access-router.js';

/** The parts of a catalogue that decide how much a reader keeps of it. */
interface Weighed {
  readonly router: AccessRouter;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}

/**
 * How many nodes an `AccessMatcher` makes of a catalogue at the most: one for each segment of each form of
 * each path, under each method that it serves.
 *
 * @param most Counting stops there, so that it takes no longer than reading what is allowed.
 * @returns `null` where there are more
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
