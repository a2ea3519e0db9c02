import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runCommand } from '../processes/run-command';
import { repositoryRoot } from '../repository-root';
import { FORMATS, PROTO_FOLDER, publishedManifest } from './package-manifest';

/** Folder that `npm pack` and `npm publish` take. `libs/session/tsconfig.*.json` name it as well. */
export const packageFolder = join(repositoryRoot, 'dist/nest-sessions');

const inRoot = (path: string) => join(repositoryRoot, path);
const inPackage = (path: string) => join(packageFolder, path);

/**
 * Builds the package `nest-sessions` into `dist/nest-sessions`: both module formats, type declarations, and
 * the files that come with them.
 *
 * @throws Error with the compiler's output when the library does not compile
 */
export async function buildPackage(): Promise<void> {
  await rm(packageFolder, { recursive: true, force: true });
  await Promise.all(FORMATS.map(compile));
  await replaceInModules(/\b__filename\b/g, 'import.meta.filename');
  await writeManifests();
  await Promise.all([
    cp(inRoot(`libs/session/${PROTO_FOLDER}`), inPackage(PROTO_FOLDER), { recursive: true }),
    cp(inRoot('libs/session/README.md'), inPackage('README.md')),
    cp(inRoot('CHANGELOG.md'), inPackage('CHANGELOG.md')),
    cp(inRoot('LICENSE'), inPackage('LICENSE')),
  ]);
}

function compile(format: (typeof FORMATS)[number]): Promise<void> {
  const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
  const project = inRoot(`libs/session/tsconfig.${format}.json`);
  return runCommand(process.execPath, [tsc, '--project', project], { cwd: repositoryRoot });
}

/** Replaces variables of CommonJS in the ES modules. TypeScript compiles one source to both formats. */
async function replaceInModules(variable: RegExp, replacement: string): Promise<void> {
  const modules = await readdir(inPackage('esm'), { recursive: true });
  for (const name of modules.filter((it) => it.endsWith('.js'))) {
    const file = inPackage(join('esm', name));
    const code = await readFile(file, 'utf8');
    const replaced = code.replaceAll(variable, replacement);
    if (replaced !== code) await writeFile(file, replaced);
  }
}

async function writeManifests(): Promise<void> {
  const manifest = publishedManifest();
  await writeJson('package.json', manifest);
  // Node.js reads the `type` in the nearest package.json, a bundler `sideEffects`.
  await writeJson('esm/package.json', { type: 'module', sideEffects: manifest.sideEffects });
}

async function writeJson(path: string, content: object): Promise<void> {
  await writeFile(inPackage(path), `${JSON.stringify(content, null, 2)}\n`);
}
