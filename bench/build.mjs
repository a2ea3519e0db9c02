import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { transformFile } from '@swc/core';

const root = resolve(import.meta.dirname, '..');
const target = join(import.meta.dirname, '.build');

/** What is measured, what it is measured with. The layout stays, so that relative imports hold. */
const ROOTS_OWN = ['libs', 'tools', 'apps'];
const SOURCES = [...ROOTS_OWN, 'bench/src'];

/**
 * Compiles to plain JavaScript, as the services are in production: a server that compiles as it goes
 * would be measured with its compiler. swc, because Nest needs the metadata of decorators.
 */
export async function build() {
  await rm(target, { recursive: true, force: true });
  const files = (await Promise.all(SOURCES.map((folder) => list(join(root, folder))))).flat();
  const options = await swcOptions();
  await Promise.all(files.map((file) => compile(file, options)));
  await Promise.all(ROOTS_OWN.map(linkModules));
}

/** What is the root's finds the root's dependencies, and none of those that only this package has. */
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

/** The repository's own settings, and its paths: `nest-sessions` and the like. */
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
