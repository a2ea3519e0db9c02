import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { entryPoints } from '../package/entry-points';
import { librarySourceFolder } from '../package/library-sources';
import { runCommand } from '../processes/run-command';
import { repositoryRoot } from '../repository-root';

/**
 * Generates the API reference from the doc comments of the entry points, into `docs/api`.
 *
 * @throws Error with TypeDoc's output when a public name has no comment, or a link in a comment is dead
 */
export async function generateApiReference(): Promise<void> {
  const files = entryPoints().flatMap(({ file }) => [
    '--entryPoints',
    join(librarySourceFolder, `${file}.ts`),
  ]);
  const options = join(repositoryRoot, 'libs/session/typedoc.json');
  await runCommand(process.execPath, [typedoc(), '--options', options, ...files], {
    cwd: repositoryRoot,
  });
}

/** Returns TypeDoc's program, which its `exports` do not name. */
function typedoc(): string {
  const manifest = createRequire(__filename).resolve('typedoc/package.json');
  return join(dirname(manifest), 'bin/typedoc');
}
