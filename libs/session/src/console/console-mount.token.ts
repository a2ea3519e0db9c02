import { requirePath } from './require-path.js';

/** Injects the {@link ConsoleMount}. */
export const CONSOLE_MOUNT = Symbol('nest-sessions:console-mount');

/** Places that decorators need when the module is defined, not when it starts. */
export interface ConsoleExtras {
  /** Place of the pages. @default '/sessions' */
  route?: string;
  /**
   * Path below which administrators have their calls, if the application offers those of sessions, events and
   * services itself. @default the module offers them, at `api` below the route
   */
  api?: string;
  /**
   * Path below which users have the calls of their own sessions, if the application offers them itself.
   * @default the module offers them, at `api/account` below the route
   */
  account?: string;
  /** Role of administrators. @default 'admin' */
  role?: string;
}

/** {@link ConsoleExtras} with every default filled in. */
export interface ConsoleMount extends Required<ConsoleExtras> {
  /** Whether the module offers the calls of sessions, events and services. */
  readonly hasOwnApi: boolean;
  /** Whether the module offers the calls of users' own sessions. */
  readonly hasOwnAccount: boolean;
}

/** @throws SessionOptionsError naming the option and its expected value */
export function mountOf({ route = '/sessions', api, account, role }: ConsoleExtras): ConsoleMount {
  const below = `/${route.split('/').filter(Boolean).join('/')}`.replace(/^\/$/, '');
  requirePath('route', below);
  if (api !== undefined) requirePath('api', api);
  if (account !== undefined) requirePath('account', account);
  return {
    route: below,
    api: api ?? `${below}/api`,
    account: account ?? `${below}/api/account`,
    role: role ?? 'admin',
    hasOwnApi: api === undefined,
    hasOwnAccount: account === undefined,
  };
}
