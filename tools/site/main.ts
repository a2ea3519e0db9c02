import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from '../processes/run-command';
import { repositoryRoot } from '../repository-root';
import { generateApiReference } from './api-reference';
import { docsFolder } from './docs-folder';

/** Runs VitePress on the pages: `dev` serves them, `build` writes the static site. */
async function main([command = 'build', ...args]: string[]): Promise<void> {
  await generateApiReference();
  const manifest = createRequire(__filename).resolve('vitepress/package.json');
  const vitepress = join(dirname(manifest), 'bin/vitepress.js');
  await runCommand(process.execPath, [vitepress, command, docsFolder, ...args], {
    cwd: repositoryRoot,
    onLine: console.log,
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
