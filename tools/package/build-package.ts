import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildConsole } from '../console/build-console';
import { runCommand } from '../processes/run-command';
import { repositoryRoot } from '../repository-root';
import { routeOptionalPeers } from './optional-peer-imports';
import {
  CONSOLE_FOLDER,
  FORMATS,
  optionalPeers,
  PROTO_FOLDER,
  publishedManifest,
  SCHEMATICS_FOLDER,
} from './package-manifest';

/** Folder that `npm publish` takes. */
export const packageFolder = join(repositoryRoot, 'dist/nest-sessions');

const inRoot = (path: string) => join(repositoryRoot, path);

/**
 * Builds the package `nest-sessions`: both module formats, type declarations, the schematic of `nest add`, the
 * pages of the console, and the files that come with them.
 *
 * @param folder Replaced by the build.
 * @throws Error with the compiler's output when the library does not compile
 */
export async function buildPackage(folder = packageFolder): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await Promise.all([
    ...FORMATS.map((format) => compile(`tsconfig.${format}.json`, join(folder, format))),
    compile(`${SCHEMATICS_FOLDER}/tsconfig.json`, join(folder, SCHEMATICS_FOLDER)),
    buildConsole(join(folder, CONSOLE_FOLDER)),
  ]);
  await replaceInModules(join(folder, 'esm'), /\b__filename\b/g, 'import.meta.filename');
  const manifest = publishedManifest();
  const peers = optionalPeers(manifest);
  await Promise.all(FORMATS.map((it) => routeOptionalPeers(join(folder, it), it, peers)));
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

function compile(project: string, outDir: string): Promise<void> {
  const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
  const args = [tsc, '--project', inRoot(`libs/session/${project}`), '--outDir', outDir];
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
