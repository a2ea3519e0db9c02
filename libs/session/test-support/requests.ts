import { request } from 'node:http';

/** Returns the headers of a request that carries a token as the cookie. */
export function withCookie(token: string): { headers: Record<string, string> } {
  return { headers: { cookie: `__Host-sid=${token}` } };
}

/** Returns the headers of a request that carries a bearer token. */
export function withBearer(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** Returns a response without its date, which differs from one response to the next. */
export async function answerOf(
  response: Response,
): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  const { date, ...headers } = Object.fromEntries(response.headers);
  expect(date).toBeDefined();
  return { status: response.status, headers, body: await response.text() };
}

/** Sends header lines unchanged, also the same name twice, which `fetch` would join. */
export function statusFor(
  url: string,
  headerLines: [name: string, value: string][],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const host: [string, string] = ['Host', new URL(url).host];
    const call = request(url, { headers: [host, ...headerLines].flat(), agent: false });
    call.on('error', reject);
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.end();
  });
}
