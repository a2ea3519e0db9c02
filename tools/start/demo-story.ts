/** One call of the story that `npm start` prints, with its result. */
export interface StoryStep {
  readonly title: string;
  /** Command for a POSIX shell. Cookie jars are in the current folder. */
  readonly command: string;
  /** HTTP status of the response. */
  readonly status: number;
}

/** Base addresses of the three apps, such as `http://127.0.0.1:3000`. */
export type StoryUrls = Readonly<Record<'auth' | 'orders' | 'products', string>>;

/**
 * Story: one sign-in works for every service, each service authorizes by role, and one sign-out takes effect
 * at once in all services.
 *
 * The sign-out only sends the cookie (-b) and does not store the cleared cookie (-c). The last calls
 * therefore send the old cookie, as a thief would.
 */
export function demoStory({ auth, orders, products }: StoryUrls): StoryStep[] {
  const call = (user: string, url: string) => `curl -i -b ${user}.cookies ${url}`;
  return [
    { title: 'alice signs in', command: signIn('alice', auth), status: 200 },
    { title: 'orders admits alice', command: call('alice', `${orders}/orders`), status: 200 },
    { title: 'products admits alice', command: call('alice', `${products}/products`), status: 200 },
    { title: 'bob signs in', command: signIn('bob', auth), status: 200 },
    { title: 'products admits bob', command: call('bob', `${products}/products`), status: 200 },
    { title: 'orders refuses bob', command: call('bob', `${orders}/orders`), status: 403 },
    {
      title: 'alice signs out',
      command: `curl -i -b alice.cookies -X POST ${auth}/auth/logout`,
      status: 204,
    },
    { title: 'orders refuses the cookie', command: call('alice', `${orders}/orders`), status: 401 },
    {
      title: 'products refuses it too',
      command: call('alice', `${products}/products`),
      status: 401,
    },
  ];
}

function signIn(username: string, auth: string): string {
  const body = JSON.stringify({ username, password: `${username}-demo-password` });
  return `curl -i -c ${username}.cookies -H 'content-type: application/json' -d '${body}' ${auth}/auth/login`;
}
