import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type ProxyOptions } from 'vite';
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

/** Running system that answers the calls of the development server. */
const SYSTEM = process.env.CONSOLE_SYSTEM ?? 'http://127.0.0.1:3000';

/** Elements that the system writes into the page. */
const WRITTEN = [/<base [^>]*>/, /<meta name="nest-sessions-console"[^>]*>/];

/** Gives the page of the development server what the system writes into its own. */
function systemConfig(): Plugin {
  return {
    name: 'system-config',
    apply: 'serve',
    transformIndexHtml: {
      order: 'pre',
      handler: async (html) => {
        const page = await (await fetch(`${SYSTEM}/sessions/`)).text();
        return WRITTEN.reduce((result, element) => {
          const [written] = element.exec(page) ?? [];
          if (written === undefined) throw new Error(`There is no console at ${SYSTEM}/sessions.`);
          return result.replace(element, () => written);
        }, html);
      },
    },
  };
}

/** Passes a call on with the origin of the system, which refuses calls of other origins. */
const toSystem: ProxyOptions = { target: SYSTEM, headers: { origin: SYSTEM } };

/**
 * Builds the console as static files that work below any path: the addresses in them are relative, and the
 * server sets the `<base>`. The page's policy permits neither inline scripts nor inline styles.
 */
export default defineConfig(({ command }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: command === 'serve' ? '/sessions/' : './',
  plugins: [englishOnly(), bundledLicenses(), systemConfig()],
  server: { proxy: { '/auth': toSystem, '/admin': toSystem, '/sessions/api': toSystem } },
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
}));
