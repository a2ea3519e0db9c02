import { percentile } from './percentile';

/** @throws Error when there are no values */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}
