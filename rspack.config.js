const { CopyRspackPlugin } = require('@rspack/core');
const { existsSync } = require('node:fs');
const path = require('node:path');
const { TsCheckerRspackPlugin } = require('ts-checker-rspack-plugin');

const authSource = path.resolve(__dirname, 'apps/auth/src');
const ordersSource = path.resolve(__dirname, 'apps/orders/src');

/**
 * Additions to Nest's own rspack defaults for this workspace. All other settings are the CLI's.
 *
 * The auth app needs two files next to its bundle: the process that runs the embedded PostgreSQL, and the SQL
 * migrations. The orders app needs the files of its page. They are looked up next to the running file, from the
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
    ],
  };
};

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
