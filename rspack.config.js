const { CopyRspackPlugin } = require('@rspack/core');
const path = require('node:path');

const authSource = path.resolve(__dirname, 'apps/auth/src');

/**
 * What Nest's own rspack defaults lack for this workspace. Everything else stays as the CLI sets it.
 *
 * The auth app needs two files beside its bundle: the process that runs the embedded PostgreSQL,
 * and the SQL migrations. Both are looked up next to the running file, so that they are found
 * alike from the sources and from the bundle.
 */
module.exports = (options) => {
  if (!options.output.filename.startsWith('apps/auth/')) return options;
  return {
    ...options,
    entry: {
      main: options.entry,
      'embedded-postgres.process': path.join(authSource, 'database/embedded-postgres.process.ts'),
    },
    output: { ...options.output, filename: 'apps/auth/[name].js' },
    plugins: [
      ...options.plugins,
      new CopyRspackPlugin({
        patterns: [
          { from: path.join(authSource, 'database/migrations'), to: 'apps/auth/migrations' },
        ],
      }),
    ],
  };
};
