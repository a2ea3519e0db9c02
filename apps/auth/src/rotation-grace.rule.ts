import { toRotationGrace } from 'nest-sessions/issuer';
import { ValidateBy } from 'class-validator';

/** Validates a time span of at most one minute, or `0`: how long a replaced token stays valid. */
export function IsRotationGrace(): PropertyDecorator {
  return ValidateBy({
    name: 'isRotationGrace',
    validator: {
      validate: isRotationGrace,
      defaultMessage: () => "give a time span of a minute at most, such as '10s', or 0 for none.",
    },
  });
}

function isRotationGrace(value: unknown): boolean {
  try {
    toRotationGrace('', value as string);
    return true;
  } catch {
    return false;
  }
}
