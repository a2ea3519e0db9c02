import { join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { cachedFolder } from './cached-folder';

/** Environment in which npm takes packages from its own cache, and asks the registry for the others only. */
export const npmEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NO_COLOR: '1',
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  npm_config_loglevel: 'error',
};

/** Installs packages in a folder. */
export function npmInstall(folder: string, ...args: readonly string[]): Promise<void> {
  return runCommand('npm', ['install', ...args], { cwd: folder, env: npmEnvironment });
}

/** Returns the folder of a package that this workspace does not depend on, in an exact version. */
export async function cachedPackage(name: string, version: string): Promise<string> {
  const folder = await cachedFolder(`${name.replaceAll(/\W+/g, '_')}-${version}`, (it) =>
    npmInstall(it, '--prefix', it, '--no-save', `${name}@${version}`),
  );
  return join(folder, 'node_modules', name);
}
