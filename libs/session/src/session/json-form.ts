import { InvalidSessionError } from '../errors/invalid-session.error.js';
import { requireLevel } from './session.js';

/**
 * Returns the JSON form of an object that an app gives: a date becomes text, a member that is `undefined` is
 * left out. The result is what every service reads later.
 *
 * @param field Field of the session, for the error.
 * @throws InvalidSessionError for a value of which JSON would lose something else
 */
export function jsonFormOf<T extends object>(field: 'user' | 'data', given: T): T {
  let form: T;
  try {
    const json = JSON.stringify(given, function (this: unknown, name, value: unknown) {
      const lost = lostIn(value, Array.isArray(this));
      if (lost === null) return value;
      const where = name === '' ? 'is' : `has at '${name}'`;
      throw new InvalidSessionError(
        `'${field}' ${where} ${lost}. Give only values that JSON can hold.`,
      );
    }) as string | undefined;
    // A field that is missing has no JSON form. The rules of the record reject it.
    if (json === undefined) return given;
    form = JSON.parse(json) as T;
    requireLevels(form);
  } catch (error) {
    if (error instanceof InvalidSessionError) throw error;
    throw new InvalidSessionError(`'${field}' cannot be written as JSON (${String(error)}).`);
  }
  return form;
}

/** Names a value that JSON drops or empties; `null` for a value that JSON keeps. */
function lostIn(value: unknown, isInList: boolean): string | null {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'number':
      return Number.isFinite(value) ? null : String(value);
    case 'undefined':
      return isInList ? 'undefined' : null;
    case 'object':
      return isEmptied(value) ? `a ${value.constructor.name}` : null;
    default:
      return null;
  }
}

/** Whether JSON keeps no content of an object: a map, a set or a promise that was not awaited. */
function isEmptied(value: object | null): value is object {
  if (value === null || Array.isArray(value) || Object.keys(value).length > 0) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  // A plain object may be empty. The check holds in every realm, unlike a comparison of prototypes.
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}

/** @throws RangeError for a value that is nested deeper than it could be read again */
function requireLevels(value: unknown, level = 1): void {
  if (typeof value !== 'object' || value === null) return;
  requireLevel(level);
  for (const it of Object.values(value)) requireLevels(it, level + 1);
}
