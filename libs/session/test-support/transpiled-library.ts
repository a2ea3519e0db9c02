import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Options, transform } from '@swc/core';
import { librarySourceFolder, librarySources } from '../../../tools/package/library-sources.js';
import { repositoryRoot } from '../../../tools/repository-root.js';

/** Formats of the modules that a package on npm may hold. */
export type ModuleFormat = 'esm' | 'cjs';

/** Compiled library without types, in one module format, with the workspace's packages. */
export class TranspiledLibrary {
  private constructor(
    private readonly format: ModuleFormat,
    /** Folder of the compiled files. */
    readonly folder: string,
  ) {}

  /** @param folder Empty folder for the files. */
  static async create(format: ModuleFormat, folder: string): Promise<TranspiledLibrary> {
    await symlink(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
    // Node.js reports real paths; the folder of temporary files may be a link.
    const library = new TranspiledLibrary(format, await realpath(folder));
    await library.#write('package.json', manifestOf(format));
    await Promise.all(librarySources().map((file) => library.#compile(file)));
    return library;
  }

  /** Compiles a program next to the core entry, which it imports as `./index.js`. */
  addProgram(name: string, source: string): Promise<string> {
    return this.#transpile(`${name}.ts`, source);
  }

  async #compile(file: string): Promise<void> {
    await this.#transpile(file, await readFile(join(librarySourceFolder, file), 'utf8'));
  }

  async #transpile(file: string, source: string): Promise<string> {
    const isModule = this.format === 'esm';
    const options = { ...(await swcOptions(this.format)), filename: file };
    const { code } = await transform(source, options);
    // As in the package: ES modules have no `__filename`.
    const portable = isModule ? code.replaceAll('__filename', 'import.meta.filename') : code;
    return this.#write(file.replace(/\.ts$/, '.js'), portable);
  }

  async #write(file: string, content: string): Promise<string> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }
}

function manifestOf(format: ModuleFormat): string {
  return JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' });
}

/** Returns the workspace's compiler options, which Jest uses as well. */
async function swcOptions(format: ModuleFormat): Promise<Options> {
  const shared = JSON.parse(await readFile(join(repositoryRoot, '.swcrc'), 'utf8')) as Options;
  const type = format === 'esm' ? 'es6' : 'commonjs';
  return { ...shared, swcrc: false, sourceMaps: false, module: { type } };
}
