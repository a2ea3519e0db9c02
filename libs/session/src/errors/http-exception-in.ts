import { HttpException } from '@nestjs/common';

/**
 * Returns the HTTP exception that an error stands for: the error itself, or the denial of which a transport made its
 * own error. `null` for another error.
 */
export function httpExceptionIn(error: unknown): HttpException | null {
  if (error instanceof HttpException) return error;
  if (typeof error !== 'object' || error === null) return null;
  const { denial, originalError } = error as { denial?: unknown; originalError?: unknown };
  if (denial instanceof HttpException) return denial;
  return originalError instanceof HttpException ? originalError : null;
}
