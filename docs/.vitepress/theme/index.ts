import { inBrowser, type Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import './style.css';

export default {
  extends: DefaultTheme,
  async enhanceApp() {
    // The server that renders the pages has no custom elements.
    if (inBrowser) await import('./mermaid-diagram');
  },
} satisfies Theme;
