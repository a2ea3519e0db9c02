import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { transformFile } from '@swc/core';

const root = resolve(import.meta.dirname, '..');
const target = join(import.meta.dirname, '.build');

/** Folders of the benchmarks and of the code under test. The layout stays, so that relative imports hold. */
const ROOTS_OWN = ['libs', 'tools', 'apps'];
const SOURCES = [...ROOTS_OWN, 'bench/src'];

/**
 * Compiles to plain JavaScript, the form that services have in production. A server that compiles at run
 * time would include its compiler in the figures. swc emits the decorator metadata that Nest needs.
 */
export async function build() {
  await rm(target, { recursive: true, force: true });
  const files = (await Promise.all(SOURCES.map((folder) => list(join(root, folder))))).flat();
  const options = await swcOptions();
  await Promise.all(files.map((file) => compile(file, options)));
  await Promise.all(ROOTS_OWN.map(linkModules));
}

/** Resolves the repository's code to the repository's dependencies, never to those of this package alone. */
async function linkModules(folder) {
  await symlink(join(root, 'node_modules'), join(target, folder, 'node_modules'), 'junction');
}

async function list(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/spec\.ts$|\.d\.ts$|[\\/]node_modules[\\/]/.test(file));
}

/** Returns the repository's own compiler settings and path aliases, such as `nest-sessions`. */
async function swcOptions() {
  const { jsc, ...rest } = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  const { compilerOptions } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8'));
  return {
    ...rest,
    swcrc: false,
    module: { type: 'commonjs' },
    jsc: { ...jsc, baseUrl: root, paths: compilerOptions.paths },
  };
}

async function compile(file, options) {
  const output = join(target, relative(root, file));
  await mkdir(dirname(output), { recursive: true });
  if (extname(file) !== '.ts') return cp(file, output);
  const { code } = await transformFile(file, options);
  await writeFile(output.replace(/\.ts$/, '.js'), code);
}
