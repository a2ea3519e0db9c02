import { ProblemException } from '@app/platform';
import { HttpStatus } from '@nestjs/common';

/** Returns a 403: the user is signed in but has given a wrong password. */
export function wrongPassword(): ProblemException {
  return new ProblemException(
    HttpStatus.FORBIDDEN,
    'ERR_PASSWORD_WRONG',
    'The current password is wrong.',
  );
}
