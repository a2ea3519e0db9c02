import { isPlace } from 'nest-sessions';
import { ValidateBy } from 'class-validator';

/** Where a client can send its user: a path, or a URL. */
export function IsPlace(): PropertyDecorator {
  return ValidateBy({
    name: 'isPlace',
    validator: {
      validate: isPlace,
      defaultMessage: () =>
        'give a path such as /auth/reauthenticate, or a URL such as https://auth.example.com/auth/reauthenticate.',
    },
  });
}
