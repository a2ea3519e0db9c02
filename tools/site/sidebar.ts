import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { API_FOLDER } from './docs-folder';
import { pagesIn, type SitePage } from './site-pages';

/** Entry of the sidebar, in VitePress's form. */
export interface SidebarItem {
  readonly text: string;
  /** Page, from the root of the site. */
  readonly link?: string;
  readonly items?: SidebarItem[];
  /** Whether a reader opens the group, and whether it starts closed; without a value it stays open. */
  readonly collapsed?: boolean;
}

/** Groups of the sidebar, in their order, and the folders of their pages. `''` is the root. */
const GROUPS = [
  { text: 'Start here', folder: 'start' },
  { text: 'Recipes', folder: 'recipes' },
  { text: 'Concepts', folder: 'concepts' },
  { text: 'Guides', folder: '' },
  { text: 'Reference', folder: 'reference' },
];

/** Folders without pages of their own in the sidebar: files that are served as they are, and the API. */
const OTHER_FOLDERS = ['public', API_FOLDER];

/**
 * Returns the sidebar of all pages below a folder. The groups without pages are absent.
 *
 * @throws Error for a folder that belongs to no group, whose pages no reader would find
 */
export function sidebarOf(root: string): SidebarItem[] {
  requireKnownFolders(root);
  const groups = GROUPS.map(({ text, folder }) => ({
    text,
    items: pagesIn(root, folder).map(toItem),
  }));
  const reference = groups.find(({ text }) => text === 'Reference');
  reference?.items.push(...apiReference(root));
  return groups.filter(({ items }) => items.length > 0);
}

/** Link at the top of every page, in VitePress's form. */
export interface NavigationItem {
  readonly text: string;
  readonly link: string;
}

/** Returns a link to the first page of each group: the start page has no sidebar. */
export function navigationOf(sidebar: readonly SidebarItem[]): NavigationItem[] {
  return sidebar.flatMap(({ text, items }) => {
    const link = items?.[0]?.link;
    return link === undefined ? [] : [{ text, link }];
  });
}

/** Returns the group of the generated pages: one for each entry point. */
function apiReference(root: string): SidebarItem[] {
  const [index, ...others] = [
    ...pagesIn(root, API_FOLDER).sort((a, b) => Number(isIndex(b)) - Number(isIndex(a))),
    ...pagesIn(root, `${API_FOLDER}/nest-sessions`),
  ];
  if (index === undefined) return [];
  return [{ ...toItem(index), collapsed: true, items: others.map(toItem) }];
}

function isIndex({ file }: SitePage): boolean {
  return file === `${API_FOLDER}/index.md`;
}

function toItem({ file, title }: SitePage): SidebarItem {
  return { text: title, link: `/${file.replace(/(index)?\.md$/, '')}` };
}

function requireKnownFolders(root: string): void {
  const known = new Set([...OTHER_FOLDERS, ...GROUPS.map(({ folder }) => folder)]);
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const { name } = entry;
    if (!entry.isDirectory() || name.startsWith('.') || known.has(name)) continue;
    if (!hasPages(join(root, name))) continue;
    throw new Error(
      `docs/${name} has pages and is in no group of the sidebar. Move them, or add a group to tools/site/sidebar.ts.`,
    );
  }
}

function hasPages(folder: string): boolean {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) =>
    name.endsWith('.md'),
  );
}
