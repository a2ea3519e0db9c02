import { SessionOptionsError } from '../errors/session-options.error.js';
import { refuseOtherOptions } from '../common/refuse-other-options.js';
import type { ConsoleMount } from './console-mount.token.js';
import { requirePath } from './require-path.js';
import type { UsernamesOf } from './usernames-of.js';

/**
 * Options of {@link SessionConsoleModule}, in addition to `route`, `api`, `account` and `role`, which decorators need.
 * Paths are paths of this application, without its global prefix.
 */
export interface SessionConsoleOptions {
  /**
   * Path of a sign-in that the page calls: `POST` with `username` and `password`.
   * @default the page refers to `signInPage`
   */
  signIn?: string;
  /** Path of a page of the application that signs users in. @default the page names no address */
  signInPage?: string;
  /** Path of the sign-out: `POST`. Required with `account`. @default the module's own */
  signOut?: string;
  /** Path of a change of password: `POST`. @default the page does not offer it */
  password?: string;
  /** Path of a re-authentication: `POST` with `password`. @default the page asks for another sign-in */
  reauthenticate?: string;
  /** Path of the users. @default the console has no page of users */
  users?: string;
  /** Names of the users in the list of ended sessions, by id. @default the page shows ids */
  usernamesOf?: UsernamesOf;
  /** Title of the pages. @default 'Sessions' */
  title?: string;
  /** Folder with the built pages. @default the folder of the package */
  pages?: string;
}

/** Options that the page reads. It offers nothing for a path that is `null`. */
export interface ConsoleConfig {
  readonly signIn: string | null;
  readonly signInPage: string | null;
  readonly signOut: string;
  readonly password: string | null;
  readonly reauthenticate: string | null;
  readonly users: string | null;
  readonly title: string;
}

/** {@link SessionConsoleOptions} with every default filled in. */
export interface ConsoleSettings {
  readonly config: ConsoleConfig;
  readonly usernamesOf: UsernamesOf;
  /** Folder with the built pages; `undefined` for the folder of the package. */
  readonly pages: string | undefined;
}

const PATHS = ['signIn', 'signInPage', 'signOut', 'password', 'reauthenticate', 'users'] as const;

const NO_NAMES: UsernamesOf = () => new Map();

/** @throws SessionOptionsError naming the option and its expected value */
export function consoleSettingsOf(
  given: SessionConsoleOptions,
  mount: ConsoleMount,
): ConsoleSettings {
  const { title = 'Sessions', pages, usernamesOf = NO_NAMES, ...rest } = given;
  const { signIn, signInPage, signOut, password, reauthenticate, users, ...others } = rest;
  refuseOtherOptions('SessionConsoleModule', others, [...PATHS, ...EXTRAS, ...NO_PATHS]);
  for (const name of PATHS) {
    if (given[name] !== undefined) requirePath(name, given[name]);
  }
  if (signOut === undefined && !mount.hasOwnAccount) {
    throw new SessionOptionsError(
      "signOut is missing. An application that offers the calls of 'account' offers the sign-out too: give its path.",
    );
  }
  const config = {
    signIn: signIn ?? null,
    signInPage: signInPage ?? null,
    signOut: signOut ?? `${mount.account}/sign-out`,
    password: password ?? null,
    reauthenticate: reauthenticate ?? null,
    users: users ?? null,
    title,
  };
  return { config, usernamesOf, pages };
}

const EXTRAS = ['route', 'api', 'account', 'role'];
const NO_PATHS = ['usernamesOf', 'title', 'pages'];
