import type { ConsoleConfig } from '../config';
import type { PageName } from '../router/route-path';

export const PAGE_TITLES: Readonly<Record<PageName, string>> = {
  overview: 'Overview',
  account: 'My account',
  sessions: 'Sessions',
  ended: 'Ended sessions',
  users: 'Users',
  services: 'Services',
  health: 'Health',
};

/** Returns the pages that a user may see, in the order of the navigation. */
export function pagesFor(isAdmin: boolean, { users }: ConsoleConfig): PageName[] {
  if (!isAdmin) return ['account'];
  const pages: PageName[] = ['overview', 'sessions', 'ended', 'users', 'services', 'health'];
  return [...pages.filter((page) => page !== 'users' || users !== null), 'account'];
}
