import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { runCommand } from './run-command';

export interface BuildAppsOptions {
  /** Projects of nest-cli.json. @default auth, orders and products */
  readonly apps?: readonly string[];
  /** Folder of nest-cli.json. @default this repository */
  readonly root?: string;
  /** Called with each line that the build prints. */
  readonly onLine?: (line: string) => void;
  /** Ends the build when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Compiles the apps to `dist/apps/<name>/main.js` like `npx nest build`, without the type check.
 *
 * @throws Error with the build's output when it fails
 */
export async function buildApps({
  apps = ['auth', 'orders', 'products'],
  root = repositoryRoot,
  onLine,
  signal,
}: BuildAppsOptions = {}): Promise<void> {
  const nest = createRequire(join(root, 'package.json')).resolve('@nestjs/cli/bin/nest.js');
  await runCommand(process.execPath, [nest, 'build', ...apps], {
    cwd: root,
    // See rspack.config.js.
    env: { ...process.env, TYPE_CHECK: 'off' },
    onLine,
    signal,
  });
}
