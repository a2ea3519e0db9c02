import type { MarkdownRenderer } from 'vitepress';
import { addressOf, type LinkRoots } from './outside-link';

/** Rules for all pages, in addition to VitePress's own. */
export function configureMarkdown(markdown: MarkdownRenderer, roots: LinkRoots): void {
  rewriteLinks(markdown, roots);
  drawDiagrams(markdown);
}

/** Sends links to files outside of the pages to the repository, and leaves their text alone without one. */
function rewriteLinks(markdown: MarkdownRenderer, roots: LinkRoots): void {
  markdown.core.ruler.push('links-to-the-repository', ({ tokens, env }) => {
    const { path } = env as { path: string };
    for (const { children } of tokens) {
      let isDropped = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const address = addressOf(token.attrGet('href') ?? '', path, roots);
          isDropped = address === null;
          if (address !== null) token.attrSet('href', address);
        }
        if (isDropped && /^link_(open|close)$/.test(token.type)) {
          token.type = 'text';
          token.content = '';
        }
      }
    }
  });
}

/**
 * Renders fences in the language `mermaid` as `<mermaid-diagram>`, which the theme draws in the browser. The
 * nearest heading above names the picture for screen readers. Without scripts, a reader sees the source.
 */
function drawDiagrams(markdown: MarkdownRenderer): void {
  const fence = markdown.renderer.rules.fence?.bind(markdown.renderer.rules);
  markdown.renderer.rules.fence = (tokens, at, options, env, self) => {
    const token = tokens[at];
    if (token?.info.trim() !== 'mermaid') return fence?.(tokens, at, options, env, self) ?? '';
    const { escapeHtml } = markdown.utils;
    const heading = tokens.slice(0, at).findLast(({ type }) => type === 'heading_open');
    const title = heading && tokens[tokens.indexOf(heading) + 1]?.content;
    const label = escapeHtml(`Diagram: ${title ?? 'overview'}`);
    return `<mermaid-diagram v-pre tabindex="0" label="${label}"><pre>${escapeHtml(token.content)}</pre></mermaid-diagram>\n`;
  };
}
