import { isRedirectTarget } from 'nest-sessions/common';
import { ValidateBy } from 'class-validator';

/** Accepts a redirect target for a client's user: a path or a URL. */
export function IsRedirectTarget(): PropertyDecorator {
  return ValidateBy({
    name: 'isRedirectTarget',
    validator: {
      validate: isRedirectTarget,
      defaultMessage: () =>
        'give a path such as /auth/reauthenticate, or a URL such as https://auth.example.com/auth/reauthenticate.',
    },
  });
}
