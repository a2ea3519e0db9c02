import { toRotationGrace } from 'nest-sessions';
import { ValidateBy } from 'class-validator';

/** A time span of a minute at most, or `0`: for how long a replaced token works. */
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
