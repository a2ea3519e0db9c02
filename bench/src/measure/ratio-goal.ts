import type { Goal } from '../suite';
import { rounded } from './rounded';

/** Returns the goal that one figure is at least `target` times another. */
export function atLeastTimes(what: string, target: number, bigger: number, smaller: number): Goal {
  const isMeasurable = smaller > 0;
  const ratio = bigger / smaller;
  return {
    what,
    target: `at least ${target} times`,
    // A cost too small to measure is any number of times cheaper.
    measured: isMeasurable ? `${rounded(ratio, 2)} times` : 'beyond measure',
    isMet: isMeasurable ? ratio >= target : bigger > 0,
  };
}

/** Returns the goal that a figure does not exceed a limit. */
export function atMost(what: string, limit: number, value: number, unit: string): Goal {
  return {
    what,
    target: `at most ${rounded(limit, 2)} ${unit}`,
    measured: `${rounded(value, 2)} ${unit}`,
    isMet: value <= limit,
  };
}
