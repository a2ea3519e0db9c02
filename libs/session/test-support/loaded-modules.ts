import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, relative, sep } from 'node:path';
import { loadedFiles } from '../../../tools/testing/loaded-files.js';
import { type ModuleFormat, TranspiledLibrary } from './transpiled-library.js';

/** Limit for the compilation and the first program, in milliseconds. */
const START_LIMIT = 120_000;

/** Modules that a program loads in addition to those of another program. */
export interface LoadedModules {
  /** Files of the library, without extension. */
  readonly files: readonly string[];
  /** Packages from npm, sorted. */
  readonly packages: readonly string[];
}

/**
 * Runs programs with the compiled library, in processes of their own. Starts and cleans up for the tests of
 * the enclosing `describe`.
 *
 * @param baseline Program without the library, of which the modules do not count.
 * @param environment Returns the environment variables of a program.
 */
export function moduleLoader(
  format: ModuleFormat,
  baseline: string,
  environment: () => Promise<Record<string, string>> = () => Promise.resolve({}),
): {
  /** @param source Program that imports the library's files from './' and ends the process with 0. */
  load(name: string, source: string): Promise<LoadedModules>;
} {
  let folder: string;
  let library: TranspiledLibrary;
  let known: ReadonlySet<string>;

  async function filesOf(name: string, source: string): Promise<string[]> {
    const program = await library.addProgram(name, source);
    const files = await loadedFiles(program, await environment());
    return files.filter((file) => file !== program);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loaded-modules-'));
    library = await TranspiledLibrary.create(format, folder);
    known = new Set(await filesOf('baseline', baseline));
  }, START_LIMIT);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  return {
    async load(name, source) {
      const added = (await filesOf(name, source)).filter((file) => !known.has(file));
      const own = `${library.folder}${sep}`;
      const files = added.filter((file) => file.startsWith(own));
      const foreign = added.filter((file) => !file.startsWith(own));
      return {
        files: files.map((file) => withoutExtension(relative(own, file))).sort(),
        packages: [...new Set(foreign.map(packageOf))].sort(),
      };
    },
  };
}

function withoutExtension(file: string): string {
  return file.slice(0, -extname(file).length).replaceAll(sep, '/');
}

/** Returns the name of the package that holds a file. */
function packageOf(file: string): string {
  const [, ...path] = file.split(`node_modules${sep}`);
  return /^(@[^/\\]+[/\\])?[^/\\]+/.exec(path.at(-1) ?? '')?.[0].replaceAll(sep, '/') ?? file;
}
