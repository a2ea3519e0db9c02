/** Scale of an axis that begins at 0. */
export interface ChartScale {
  /** Value at the top of the axis. */
  readonly top: number;
  /** Values with a line, 0 and `top` included. */
  readonly ticks: readonly number[];
}

const STEPS = [1, 2, 5];

/** Returns the smallest scale of round whole numbers that holds a value, with at most `most` steps. */
export function scaleFor(largest: number, most = 4): ChartScale {
  const value = Math.max(Number.isFinite(largest) ? largest : 0, 1);
  for (let power = 1; ; power *= 10) {
    for (const factor of STEPS) {
      const step = factor * power;
      const count = Math.ceil(value / step);
      if (count > most) continue;
      const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
      return { top: count * step, ticks };
    }
  }
}

/**
 * Returns the path of a line through values that are evenly spread over a width. A gap (`null`) interrupts it.
 */
export function linePath(
  values: readonly (number | null)[],
  top: number,
  width: number,
  height: number,
): string {
  const parts: string[] = [];
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDrawing = false;
      return;
    }
    const x = values.length < 2 ? width / 2 : (index / (values.length - 1)) * width;
    const y = height - (value / top) * height;
    parts.push(`${isDrawing ? 'L' : 'M'}${round(x)} ${round(y)}`);
    isDrawing = true;
  });
  return parts.join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
