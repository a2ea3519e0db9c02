const { CopyRspackPlugin } = require('@rspack/core');
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, statSync } = require('node:fs');
const path = require('node:path');
const { TsCheckerRspackPlugin } = require('ts-checker-rspack-plugin');

const authSource = path.resolve(__dirname, 'apps/auth/src');
const ordersSource = path.resolve(__dirname, 'apps/orders/src');
const consoleSource = path.resolve(__dirname, 'libs/session/console-ui');
const consolePages = path.join(consoleSource, 'dist');

/**
 * Additions to Nest's own rspack defaults for this workspace. All other settings are the CLI's.
 *
 * The auth app needs files next to its bundle: the process that runs the embedded PostgreSQL, the SQL migrations,
 * and the pages of the console. The orders app needs the files of its page. They are looked up next to the running file, from the
 * sources and from the bundle.
 */
module.exports = (options) => {
  const checked = {
    ...options,
    // As Node.js wants them, the library's imports name the compiled file.
    resolve: { ...options.resolve, extensionAlias: { '.js': ['.ts', '.js'] } },
    // One file per app: nothing is gained from loading a part of it later.
    module: {
      ...options.module,
      parser: { javascript: { dynamicImportMode: 'eager' } },
    },
    plugins: [...options.plugins, ...typeChecks(options)],
  };
  if (options.output.filename.startsWith('apps/orders/')) {
    return {
      ...checked,
      plugins: [
        ...checked.plugins,
        copied(path.join(ordersSource, 'try-page/page'), 'apps/orders/page'),
      ],
    };
  }
  if (!options.output.filename.startsWith('apps/auth/')) return checked;
  buildConsole();
  return {
    ...checked,
    entry: {
      main: options.entry,
      'embedded-postgres.process': path.join(authSource, 'database/embedded-postgres.process.ts'),
    },
    output: { ...options.output, filename: 'apps/auth/[name].js' },
    plugins: [
      ...checked.plugins,
      copied(path.join(authSource, 'database/migrations'), 'apps/auth/migrations'),
      copied(consolePages, 'apps/auth/console'),
    ],
  };
};

/** Builds the pages of the console, unless they are newer than their sources. */
function buildConsole() {
  const page = path.join(consolePages, 'index.html');
  if (existsSync(page) && statSync(page).mtimeMs > newestIn(consoleSource)) return;
  const script = ['--import', './tools/typescript.mjs', 'tools/console/main.ts'];
  const { status } = spawnSync(process.execPath, script, { cwd: __dirname, stdio: 'inherit' });
  if (status !== 0) throw new Error('The console cannot be built. See the lines above.');
}

/** Returns the time of the latest change of the sources in a folder, in epoch milliseconds. */
function newestIn(folder) {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'dist')
    .map((entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? newestIn(place) : statSync(place).mtimeMs;
    });
  return Math.max(0, ...times);
}

function copied(from, to) {
  return new CopyRspackPlugin({ patterns: [{ from, to }] });
}

/**
 * rspack strips types without checking them; a misspelt role must fail the build. `TYPE_CHECK=off` skips the
 * check where `npm run lint` makes it.
 */
function typeChecks({ output: { filename } }) {
  if (process.env.TYPE_CHECK === 'off') return [];
  const configFile = ['tsconfig.app.json', 'tsconfig.lib.json']
    .map((name) => path.resolve(__dirname, path.dirname(filename), name))
    .find((file) => existsSync(file));
  return configFile ? [new TsCheckerRspackPlugin({ typescript: { configFile } })] : [];
}
