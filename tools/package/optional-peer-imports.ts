import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import type { ModuleFormat } from './package-manifest';

/** Folder of each feature whose files import the optional peers. The name completes a resolution error. */
const FOLDER = 'run-npm-install';

const REEXPORT: Readonly<Record<ModuleFormat, (peer: string) => string>> = {
  esm: (peer) => `export * from '${peer}';\n`,
  cjs: (peer) => `'use strict';\nmodule.exports = require('${peer}');\n`,
};

/**
 * Routes each import of an optional peer through a file whose path is the command that installs the peer.
 *
 * Node.js, test runners and bundlers resolve static imports before any code of a package runs. Their error can
 * show only one text of the package, the path of the importing file:
 *
 * `Cannot find package '@nestjs/terminus' imported from
 * …/nest-sessions/esm/health/run-npm-install/@nestjs/terminus.js`
 *
 * A check at run time would need a synchronous load of the feature. Node.js 20 and 22 reject such a load
 * while a parallel `import()` loads the same modules.
 *
 * @param folder Compiled files of one format, with a folder for each feature.
 */
export async function routeOptionalPeers(
  folder: string,
  format: ModuleFormat,
  peers: readonly string[],
): Promise<void> {
  const files = (await readdir(folder, { recursive: true })).filter((it) => it.endsWith('.js'));
  for (const name of files) {
    const file = join(folder, name);
    const [feature = ''] = name.split(sep);
    const code = await readFile(file, 'utf8');
    const imported = importsOf(code).filter(({ fileName }) => peers.includes(fileName));
    let routed = code;
    // From the last to the first, so that positions stay valid.
    for (const { fileName: peer, pos } of imported.reverse()) {
      const target = join(folder, feature, FOLDER, `${peer}.js`);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, REEXPORT[format](peer));
      const path = relative(dirname(file), target).replaceAll(sep, '/');
      const specifier = path.startsWith('.') ? path : `./${path}`;
      routed = routed.slice(0, pos) + specifier + routed.slice(pos + peer.length);
    }
    if (routed !== code) await writeFile(file, routed);
  }
}

/** Returns the imported names of a file, with the position of each name in its code. */
function importsOf(code: string): { fileName: string; pos: number }[] {
  return ts
    .preProcessFile(code, true, true)
    .importedFiles.map(({ fileName, pos }) => ({ fileName, pos: code.indexOf(fileName, pos) }))
    .sort((a, b) => a.pos - b.pos);
}
