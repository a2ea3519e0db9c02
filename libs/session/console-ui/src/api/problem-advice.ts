import { ProblemError } from './problem.error';
import { durationWords } from '../words/duration.words';

/** Returns a sentence on what failed, with what to do about it. */
export function problemAdvice(error: unknown): string {
  if (!(error instanceof ProblemError)) {
    return 'The page has failed. Load it again; if that does not help, look at the browser console.';
  }
  const { status, code, retryAfter } = error;
  if (status === 0) return 'The server does not answer. Check the connection, then try again.';
  if (status === 429) {
    const wait = retryAfter === null ? 'a while' : durationWords(retryAfter * 1000);
    return `Too many attempts. Wait ${wait}, then try again.`;
  }
  if (error.isOutage) return 'The session store cannot answer. Try again in a moment.';
  if (code === 'ERR_SESSION_ROLE_REQUIRED') {
    return 'Your account lacks the role for this. Ask an administrator to add it.';
  }
  if (code === 'ERR_SESSION_REAUTHENTICATION_REQUIRED') {
    return 'This needs a recent sign-in. Sign out, sign in again, then repeat it.';
  }
  if (status === 404) return 'It does not exist any more. Load the list again.';
  if (status >= 500) return 'The server has failed. Try again; its log names the cause.';
  return error.message;
}
