import type { ActivityPoint } from '../api/views';

const HOUR_MS = 3_600_000;

type Sum = (sum: ActivityPoint, point: ActivityPoint) => ActivityPoint;

/** Adds the counts; of active sessions the last number stands. */
const add: Sum = (sum, { signIns, failures, ended, active }) => ({
  at: sum.at,
  signIns: sum.signIns + signIns,
  failures: sum.failures + failures,
  ended: sum.ended + ended,
  active: active ?? sum.active,
});

/** Sums up the steps of each full hour. */
export function hourly(points: readonly ActivityPoint[]): ActivityPoint[] {
  const hours = new Map<number, ActivityPoint>();
  for (const point of points) {
    const at = Math.floor(point.at / HOUR_MS) * HOUR_MS;
    const sum = hours.get(at) ?? { at, signIns: 0, failures: 0, ended: 0, active: null };
    hours.set(at, add(sum, point));
  }
  return [...hours.values()].sort((one, other) => one.at - other.at);
}

/**
 * Sums up groups of steps, so that a chart shows more than noise. The last group ends with the last step: a group that
 * had just begun would look like a fall.
 */
export function inGroups(points: readonly ActivityPoint[], size: number): ActivityPoint[] {
  const groups: ActivityPoint[] = [];
  for (let end = points.length; end > 0; end -= size) {
    const [first, ...others] = points.slice(Math.max(0, end - size), end);
    if (first !== undefined) groups.unshift(others.reduce(add, first));
  }
  return groups;
}
