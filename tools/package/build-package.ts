import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runCommand } from '../processes/run-command';
import { repositoryRoot } from '../repository-root';
import { FORMATS, PROTO_FOLDER, publishedManifest } from './package-manifest';

/** Folder that `npm publish` takes. */
export const packageFolder = join(repositoryRoot, 'dist/nest-sessions');

const inRoot = (path: string) => join(repositoryRoot, path);

/**
 * Builds the package `nest-sessions`: both module formats, type declarations, and the files that come with
 * them.
 *
 * @param folder Replaced by the build.
 * @throws Error with the compiler's output when the library does not compile
 */
export async function buildPackage(folder = packageFolder): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await Promise.all(FORMATS.map((format) => compile(format, join(folder, format))));
  await replaceInModules(join(folder, 'esm'), /\b__filename\b/g, 'import.meta.filename');
  const manifest = publishedManifest();
  await writeJson(join(folder, 'package.json'), manifest);
  // Node.js reads the `type` in the nearest package.json, a bundler `sideEffects`.
  const { sideEffects } = manifest;
  await writeJson(join(folder, 'esm/package.json'), { type: 'module', sideEffects });
  await Promise.all([
    cp(inRoot(`libs/session/${PROTO_FOLDER}`), join(folder, PROTO_FOLDER), { recursive: true }),
    cp(inRoot('libs/session/README.md'), join(folder, 'README.md')),
    cp(inRoot('CHANGELOG.md'), join(folder, 'CHANGELOG.md')),
    cp(inRoot('LICENSE'), join(folder, 'LICENSE')),
  ]);
}

function compile(format: (typeof FORMATS)[number], outDir: string): Promise<void> {
  const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
  const project = inRoot(`libs/session/tsconfig.${format}.json`);
  const args = [tsc, '--project', project, '--outDir', outDir];
  return runCommand(process.execPath, args, { cwd: repositoryRoot });
}

/** Replaces a variable of CommonJS in ES modules. TypeScript compiles one source to both formats. */
async function replaceInModules(
  folder: string,
  variable: RegExp,
  replacement: string,
): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((it) => it.endsWith('.js')).map((it) => join(folder, it))) {
    const code = await readFile(file, 'utf8');
    const replaced = code.replaceAll(variable, replacement);
    if (replaced !== code) await writeFile(file, replaced);
  }
}

function writeJson(file: string, content: object): Promise<void> {
  return writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
}
