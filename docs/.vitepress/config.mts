import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { workspaceManifest } from '../../tools/package/package-manifest';
import { repositoryRoot } from '../../tools/repository-root';
import { anchorOf } from '../../tools/site/anchor-of';
import { API_FOLDER } from '../../tools/site/docs-folder';
import { configureMarkdown } from '../../tools/site/markdown';
import { repositoryUrl } from '../../tools/site/repository-url';
import { navigationOf, sidebarOf } from '../../tools/site/sidebar';

const docs = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
/** Path of the site on its host, for sites that are not at the root: `DOCS_BASE=/nest-sessions/`. */
const base = process.env.DOCS_BASE ?? '/';
const sidebar = sidebarOf(docs);
const url = repositoryUrl(workspaceManifest());

export default defineConfig({
  title: 'Nest Sessions',
  description: 'Central user sessions for NestJS microservices, on Redis',
  lang: 'en',
  base,
  outDir: '../dist/docs',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}favicon.svg` }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    toc: { slugify: anchorOf },
    config: (markdown) => {
      configureMarkdown(markdown, { repository: repositoryRoot, docs, url });
    },
  },
  transformPageData(page) {
    // The third level of a generated page holds the same words under every name.
    if (page.relativePath.startsWith(`${API_FOLDER}/`)) page.frontmatter.outline = 2;
  },
  vite: { build: { chunkSizeWarningLimit: 3_000 } },
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'mermaid-diagram' } } },
  themeConfig: {
    search: { provider: 'local' },
    nav: navigationOf(sidebar),
    sidebar,
    outline: { level: [2, 3] },
    ...(url === undefined ? {} : { socialLinks: [{ icon: 'github', link: url }] }),
  },
});
