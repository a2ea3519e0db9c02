import { SessionOptionsError } from '../errors/session-options.error.js';
import { refuseOtherOptions } from '../common/refuse-other-options.js';

/**
 * Options of {@link SessionConsoleModule}, in addition to `route`, `api` and `role`, which decorators need. Paths are
 * paths of this application, without its global prefix.
 */
export interface SessionConsoleOptions {
  /** Path of the sign-in: `POST` with `username` and `password`. */
  signIn: string;
  /** Path of the sign-out: `POST`. */
  signOut: string;
  /** Path below which users list and end their own sessions: `session` and `sessions`. */
  account: string;
  /** Path of a change of password: `POST`. @default the page does not offer it */
  password?: string;
  /** Path of a re-authentication: `POST` with `password`. @default the page does not offer it */
  reauthenticate?: string;
  /** Path of the users. @default the console has no page of users */
  users?: string;
  /** Title of the pages. @default 'Sessions' */
  title?: string;
  /** Folder with the built pages. @default the folder of the package */
  pages?: string;
}

/** Options that the page reads. It offers nothing for a path that is `null`. */
export interface ConsoleConfig {
  readonly account: string;
  readonly signIn: string;
  readonly signOut: string;
  readonly password: string | null;
  readonly reauthenticate: string | null;
  readonly users: string | null;
  readonly title: string;
}

const PATHS = ['signIn', 'signOut', 'account', 'password', 'reauthenticate', 'users'] as const;

/** A path without an origin: the page sends passwords and cookies there. */
const PATH = /^\/(?!\/)[\w\-./~%]*$/;

/** {@link SessionConsoleOptions} with every default filled in. */
export interface ConsoleSettings {
  readonly config: ConsoleConfig;
  /** Folder with the built pages; `undefined` for the folder of the package. */
  readonly pages: string | undefined;
}

/** @throws SessionOptionsError naming the option and its expected value */
export function consoleSettingsOf(given: SessionConsoleOptions): ConsoleSettings {
  const { signIn, signOut, account, password, reauthenticate, users, ...rest } = given;
  const { title = 'Sessions', pages, ...others } = rest;
  const known = [...PATHS, 'title', 'pages', 'route', 'api', 'role'] as const;
  refuseOtherOptions('SessionConsoleModule', others, [...known]);
  for (const name of PATHS) requirePath(name, given[name]);
  const config = {
    ...{ signIn, signOut, account, title },
    password: password ?? null,
    reauthenticate: reauthenticate ?? null,
    users: users ?? null,
  };
  return { config, pages };
}

const REQUIRED: ReadonlySet<string> = new Set(['signIn', 'signOut', 'account']);

function requirePath(name: string, path: string | undefined): void {
  if (path === undefined && !REQUIRED.has(name)) return;
  if (path !== undefined && PATH.test(path)) return;
  throw new SessionOptionsError(
    `${name} must be a path of this application such as '/auth/login', got '${String(path)}'.`,
  );
}
