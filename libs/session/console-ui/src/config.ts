/** Places of the console's API, which the server writes into the page. A feature whose place is `null` is hidden. */
export interface ConsoleConfig {
  /** Path below which the pages are, with a slash at its end. */
  readonly base: string;
  readonly api: string;
  readonly account: string;
  /** Role that administrators have. */
  readonly role: string;
  /** `null`: the application signs users in elsewhere. */
  readonly signIn: string | null;
  /** Page of the application that signs users in. */
  readonly signInPage: string | null;
  readonly signOut: string;
  readonly password: string | null;
  readonly reauthenticate: string | null;
  readonly users: string | null;
  readonly title: string;
}

/** Values of a console that the sample system mounts. */
const DEFAULTS: ConsoleConfig = {
  base: '/sessions/',
  api: '/admin',
  account: '/auth',
  role: 'admin',
  signIn: '/auth/login',
  signInPage: null,
  signOut: '/auth/logout',
  password: null,
  reauthenticate: null,
  users: null,
  title: 'Nest Sessions',
};

/**
 * Reads the text of the page's `nest-sessions-console` element.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function readConfig(text: string): ConsoleConfig {
  const config = { ...DEFAULTS, ...(JSON.parse(text) as Partial<ConsoleConfig>) };
  return { ...config, base: config.base.endsWith('/') ? config.base : `${config.base}/` };
}
