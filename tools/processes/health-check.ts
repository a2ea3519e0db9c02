import { get } from 'node:http';

/** How long one answer may take before it counts as none. */
const ANSWER_TIMEOUT_MS = 2000;

/**
 * Asks an app whether it can serve (`GET /health/ready`).
 *
 * @param url the app's base address, such as `http://127.0.0.1:3000`
 * @returns the status, or null when there was no answer
 */
export function readinessStatus(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    // No agent: a connection kept alive would be one more that the app has to close at its end.
    const request = get(new URL('/health/ready', url), { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    request.on('error', () => {
      resolve(null);
    });
    request.setTimeout(ANSWER_TIMEOUT_MS, () => {
      request.destroy();
    });
  });
}
