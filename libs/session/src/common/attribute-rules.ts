const NAME = /^[\w.:-]{1,64}$/;

/** Longest value, in characters of JSON: every service reads a value along with the others. */
export const MAX_VALUE = 4_096;

/** Maximum number of values that one service may add to one session. */
export const MAX_ATTRIBUTES = 100;

/** Maximum number of JSON characters, over all values, that one service may add to one session. */
export const MAX_TOTAL_LENGTH = 65_536;

/**
 * Returns whether a service that has added these values to a session may add another value.
 *
 * @param value JSON of the value.
 * @param added JSON of the values so far, by name.
 *
 * @example
 * hasRoomFor('"SPRING"', new Map()); // true
 */
export function hasRoomFor(value: string, added: ReadonlyMap<string, string>): boolean {
  let length = value.length;
  for (const other of added.values()) length += other.length;
  return added.size < MAX_ATTRIBUTES && length <= MAX_TOTAL_LENGTH;
}

/** Whether a value may be added under a name. */
export function isAttributeName(name: string): boolean {
  return NAME.test(name);
}

/** Whether text may be added as a value: JSON that is not too long. */
export function isAttributeValue(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_VALUE) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
