import type { EndedEventView } from '../api/views';

/** Puts the latest page before the known events. Events of both lists appear once. */
export function withLatest(
  known: readonly EndedEventView[],
  latest: readonly EndedEventView[],
): EndedEventView[] {
  const positions = new Set(latest.map(({ position }) => position));
  return [...latest, ...known.filter(({ position }) => !positions.has(position))];
}

/** Puts an earlier page after the known events. Events of both lists appear once. */
export function withEarlier(
  known: readonly EndedEventView[],
  earlier: readonly EndedEventView[],
): EndedEventView[] {
  const positions = new Set(known.map(({ position }) => position));
  return [...known, ...earlier.filter(({ position }) => !positions.has(position))];
}
