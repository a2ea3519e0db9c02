const NAME = /^[\w.:-]{1,64}$/;

/** The longest value, in characters of JSON: every service reads it along with the others. */
export const MAX_VALUE = 4_096;

/** Whether a value may be added under a name. */
export function isAdditionName(name: string): boolean {
  return NAME.test(name);
}

/** Whether text may be added as a value: JSON that is not too long. */
export function isAdditionValue(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_VALUE) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
