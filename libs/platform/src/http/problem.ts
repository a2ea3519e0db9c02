import { STATUS_CODES } from 'node:http';

/**
 * Problem details (RFC 9457, 3). `code` is stable, `detail` is for people, `errors` has one line per wrong
 * field.
 */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: string[];
}

/** The media type of a problem (RFC 9457, 6.1). */
export const PROBLEM_TYPE = 'application/problem+json';

/** Returns the problem that a status alone determines. */
export function problemOf(status: number): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = `ERR_${title.toUpperCase().replaceAll(/[^A-Z]+/g, '_')}`;
  return { type: 'about:blank', title, status, code };
}
