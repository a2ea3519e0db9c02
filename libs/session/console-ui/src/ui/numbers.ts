const NUMBER = new Intl.NumberFormat();

/** Returns a count with separators, such as `12,403`. */
export function countText(count: number): string {
  return NUMBER.format(count);
}

/** Returns a count with its noun, such as `1 session` or `12 sessions`. */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
