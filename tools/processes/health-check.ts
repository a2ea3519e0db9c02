import { get } from 'node:http';

/** Time limit for an answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2000;

/**
 * Requests the readiness of an app (`GET /health/ready`).
 *
 * @param url the app's base address, such as `http://127.0.0.1:3000`
 * @returns the status, or null when there was no answer
 */
export function readinessStatus(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    // No agent: the app would have to close a kept-alive connection at its end.
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
