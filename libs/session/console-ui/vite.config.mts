import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { bundledLicenses } from './bundled-licenses.mts';

/** Texts that React Aria has for languages in which the console has no texts. */
const OTHER_LANGUAGE = /\/intl\/(?:.*\/)?(?!en-US)[a-z]{2}-[A-Z]{2}\.m?js$/;

/** Replaces React Aria's texts in other languages by nothing: they are a third of its size. */
function englishOnly(): Plugin {
  return {
    name: 'english-only',
    enforce: 'pre',
    load: (id) => (OTHER_LANGUAGE.test(id.replaceAll('\\', '/')) ? 'export default {};' : null),
  };
}

/**
 * Builds the console as static files that work below any path: the addresses in them are relative, and the
 * server sets the `<base>`. The page's policy permits neither inline scripts nor inline styles.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [englishOnly(), bundledLicenses()],
  esbuild: { jsx: 'automatic', legalComments: 'none' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A file of its own for each asset: the policy permits `data:` for images only.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
