import type { ConsoleMount } from './console-mount.token.js';
import type { ConsoleConfig } from './console.options.js';

/** Options as the page reads them: with the places that the browser sees. */
export interface PageConfig extends ConsoleConfig {
  /** Path below which the pages are, with a slash at its end. */
  readonly base: string;
  readonly api: string;
  readonly account: string;
  readonly role: string;
}

/** @param prefix Global prefix of the application, in any form. */
export function configFor(
  prefix: string,
  { route, api, account, role }: ConsoleMount,
  config: ConsoleConfig,
): PageConfig {
  const at = (path: string) => `/${[prefix, path].flatMap(partsOf).join('/')}`;
  const optional = (path: string | null) => (path === null ? null : at(path));
  return {
    base: `${at(route)}/`.replace('//', '/'),
    api: at(api),
    role,
    account: at(account),
    signIn: optional(config.signIn),
    signInPage: optional(config.signInPage),
    signOut: at(config.signOut),
    password: optional(config.password),
    reauthenticate: optional(config.reauthenticate),
    users: optional(config.users),
    title: config.title,
  };
}

function partsOf(path: string): string[] {
  return path.split('/').filter(Boolean);
}
