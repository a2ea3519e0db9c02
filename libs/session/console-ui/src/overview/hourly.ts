import type { ActivityPoint } from '../api/views';

const HOUR_MS = 3_600_000;

/** Sums up the steps of each hour: counts are added, of active sessions the last number stands. */
export function hourly(points: readonly ActivityPoint[]): ActivityPoint[] {
  const hours = new Map<number, ActivityPoint>();
  for (const point of points) {
    const at = Math.floor(point.at / HOUR_MS) * HOUR_MS;
    const sum = hours.get(at) ?? { at, signIns: 0, failures: 0, ended: 0, active: null };
    hours.set(at, {
      at,
      signIns: sum.signIns + point.signIns,
      failures: sum.failures + point.failures,
      ended: sum.ended + point.ended,
      active: point.active ?? sum.active,
    });
  }
  return [...hours.values()].sort((one, other) => one.at - other.at);
}
