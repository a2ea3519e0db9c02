/** Pages of the console. Each is a path below the base. */
export const PAGES = [
  'overview',
  'account',
  'sessions',
  'ended',
  'users',
  'services',
  'health',
] as const;

export type PageName = (typeof PAGES)[number];

/** Place in the console: a page, and the name of the thing that it shows. */
export interface Place {
  /** `home` is the base itself; `missing` is any other path. */
  readonly page: PageName | 'home' | 'missing';
  readonly name: string | null;
}

/** Returns the place of a path such as `/sessions/users/ada`. @param base Path with a slash at its end. */
export function placeOf(base: string, pathname: string): Place {
  if (`${pathname}/` === base) return { page: 'home', name: null };
  if (!pathname.startsWith(base)) return { page: 'missing', name: null };
  const [page = '', name, ...rest] = pathname.slice(base.length).replace(/\/$/, '').split('/');
  if (page === '') return { page: 'home', name: null };
  if (!isPage(page) || rest.length > 0) return { page: 'missing', name: null };
  if (name === undefined) return { page, name: null };
  return page === 'users' ? { page, name: decoded(name) } : { page: 'missing', name: null };
}

/** Returns the path of a page, for a link. */
export function pathOf(base: string, page: PageName, name?: string): string {
  return name === undefined ? base + page : `${base}${page}/${encodeURIComponent(name)}`;
}

function isPage(text: string): text is PageName {
  return (PAGES as readonly string[]).includes(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
