/** One call of the story that `npm start` prints, and what comes of it. */
export interface StoryStep {
  readonly title: string;
  /** For a POSIX shell. Cookie jars are in the current folder. */
  readonly command: string;
  /** The HTTP status of the answer. */
  readonly status: number;
}

/** Base addresses of the three apps, such as `http://127.0.0.1:3000`. */
export type StoryUrls = Readonly<Record<'auth' | 'orders' | 'products', string>>;

/**
 * One sign-in is good for every service, each service lets in by role, one sign-out holds at once
 * in all of them.
 *
 * The sign-out only sends the cookie (-b) and does not take the cleared one back (-c), so that the
 * last calls send what a thief would: the old cookie.
 */
export function demoStory({ auth, orders, products }: StoryUrls): StoryStep[] {
  const call = (user: string, url: string) => `curl -i -b ${user}.cookies ${url}`;
  return [
    { title: 'alice signs in', command: signIn('alice', auth), status: 200 },
    { title: 'orders lets alice in', command: call('alice', `${orders}/orders`), status: 200 },
    { title: 'products too', command: call('alice', `${products}/products`), status: 200 },
    { title: 'bob signs in', command: signIn('bob', auth), status: 200 },
    { title: 'products lets bob in', command: call('bob', `${products}/products`), status: 200 },
    { title: 'orders does not', command: call('bob', `${orders}/orders`), status: 403 },
    {
      title: 'alice signs out',
      command: `curl -i -b alice.cookies -X POST ${auth}/auth/logout`,
      status: 204,
    },
    { title: 'orders refuses the cookie', command: call('alice', `${orders}/orders`), status: 401 },
    { title: 'products too', command: call('alice', `${products}/products`), status: 401 },
  ];
}

function signIn(username: string, auth: string): string {
  const body = JSON.stringify({ username, password: `${username}-demo-password` });
  return `curl -i -c ${username}.cookies -H 'content-type: application/json' -d '${body}' ${auth}/auth/login`;
}
