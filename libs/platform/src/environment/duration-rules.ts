import { toMilliseconds } from 'nest-sessions/common';
import { ValidateBy } from 'class-validator';

/** Validates a positive time span with its unit: `30m`, `12h`, `500ms`. */
export function IsDuration(): PropertyDecorator {
  return ValidateBy({
    name: 'isDuration',
    validator: {
      validate: (value) => millisecondsIn(value) !== null,
      defaultMessage: () => "give a time span with its unit, such as '30m', '12h' or '500ms'.",
    },
  });
}

/** Validates a time span between two others, both included. */
export function IsDurationWithin(shortest: string, longest: string): PropertyDecorator {
  const [min, max] = [toMilliseconds('', shortest), toMilliseconds('', longest)];
  return ValidateBy({
    name: 'isDurationWithin',
    validator: {
      validate: (value) => {
        const own = millisecondsIn(value);
        return own !== null && own >= min && own <= max;
      },
      defaultMessage: () => `give a time span from ${shortest} to ${longest}, with its unit.`,
    },
  });
}

/** Returns the milliseconds of a time span with its unit; `null` for another value. */
export function millisecondsIn(value: unknown): number | null {
  try {
    return toMilliseconds('', value as string);
  } catch {
    return null;
  }
}
