import { ProblemException } from '@app/platform';
import { HttpStatus } from '@nestjs/common';

/** 403: the user is signed in, and did not prove it by the password asked for. */
export function wrongPassword(): ProblemException {
  return new ProblemException(
    HttpStatus.FORBIDDEN,
    'ERR_PASSWORD_WRONG',
    'The current password is wrong.',
  );
}
