import { statSync } from 'node:fs';
import { dirname, posix, relative, resolve, sep } from 'node:path';

/** Folders that links start from and lead to. */
export interface LinkRoots {
  /** Folder of the repository. */
  readonly repository: string;
  /** Folder of the documentation's pages, within the repository. */
  readonly docs: string;
  /** Address under which readers see the repository; `undefined` while it has none. */
  readonly url: string | undefined;
}

/** Branch that links lead to. */
const BRANCH = 'main';

/** Files outside of the pages that have a counterpart on the site. */
const COUNTERPARTS: Readonly<Record<string, string>> = { 'README.md': '/' };

/**
 * Returns the address of a link on the site. Links between pages, and to other sites, stay as they are. A
 * link to another file of the repository leads to the repository's address.
 *
 * @param page Absolute path of the page with the link.
 * @returns `null` for a file of a repository without an address, which no reader can open
 * @throws Error for a file that does not exist
 */
export function addressOf(link: string, page: string, roots: LinkRoots): string | null {
  const [path = '', anchor] = link.split('#');
  if (path === '' || /^([a-z][a-z+.-]*:|\/)/i.test(path)) return link;
  const target = resolve(dirname(page), decodeURI(path));
  if (isWithin(target, roots.docs)) return link;
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined || !isWithin(target, roots.repository)) {
    const from = relative(roots.repository, page);
    throw new Error(`${from} links to '${link}', which does not exist. Correct the link.`);
  }
  const file = relative(roots.repository, target).replaceAll(sep, '/');
  const counterpart = COUNTERPARTS[file];
  if (counterpart !== undefined) return counterpart;
  if (roots.url === undefined) return null;
  const kind = found.isDirectory() ? 'tree' : 'blob';
  const hash = anchor === undefined ? '' : `#${anchor}`;
  return `${roots.url}/${posix.join(kind, BRANCH, encodeURI(file))}${hash}`;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
