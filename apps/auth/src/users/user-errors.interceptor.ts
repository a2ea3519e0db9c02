import { ProblemException } from '@app/platform';
import {
  type CallHandler,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { DatabaseUnavailableError } from '../database/database-unavailable.error';
import { PasswordPolicyError } from '../passwords/password-policy.error';
import { PasswordQueueFullError } from '../passwords/password-queue-full.error';
import { SignInThrottledError } from '../throttle/sign-in-throttled.error';
import { InvalidUserError } from './invalid-user.error';
import { LastAdministratorError } from './last-administrator.error';
import { UsernameTakenError } from './username-taken.error';

/** In seconds. After a shorter time, as many sign-ins usually wait as before. */
const BUSY_RETRY_AFTER = '5';

/** Converts errors of the users service, and of the checks of passwords, into HTTP problems. */
@Injectable()
export class UserErrorsInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next
      .handle()
      .pipe(catchError((error: unknown) => throwError(() => toProblemException(error))));
  }
}

function toProblemException(error: unknown): unknown {
  if (error instanceof PasswordPolicyError) {
    return new ProblemException(HttpStatus.BAD_REQUEST, 'ERR_PASSWORD_POLICY', error.message);
  }
  if (error instanceof InvalidUserError) {
    return new ProblemException(HttpStatus.BAD_REQUEST, 'ERR_USER_INVALID', error.message);
  }
  if (error instanceof UsernameTakenError) {
    return new ProblemException(HttpStatus.CONFLICT, 'ERR_USERNAME_TAKEN', error.message);
  }
  if (error instanceof LastAdministratorError) {
    return new ProblemException(
      HttpStatus.CONFLICT,
      error.code,
      'This user is the last administrator. Give another user the role admin first. Nothing was changed.',
    );
  }
  if (error instanceof SignInThrottledError) {
    return new ProblemException(HttpStatus.TOO_MANY_REQUESTS, error.code, error.message, {
      headers: { 'Retry-After': String(error.retryAfter) },
    });
  }
  if (error instanceof PasswordQueueFullError) {
    return new ProblemException(
      HttpStatus.SERVICE_UNAVAILABLE,
      error.code,
      'Too many passwords are being checked. Nothing was changed. Try again in a moment.',
      { headers: { 'Retry-After': BUSY_RETRY_AFTER } },
    );
  }
  if (error instanceof DatabaseUnavailableError) {
    return new ProblemException(
      HttpStatus.SERVICE_UNAVAILABLE,
      error.code,
      'The user database cannot answer. Try again in a moment.',
      { headers: { 'Retry-After': '1' } },
    );
  }
  return error;
}
