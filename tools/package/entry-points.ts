import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { librarySourceFolder } from './library-sources';

/** Entry point of the package: the core, or a feature that an application imports by itself. */
export interface EntryPoint {
  /** Import path after `nest-sessions`: `'.'` for the core, `'./issuer'` for a feature. */
  readonly path: string;
  /** Import specifier of an application: `'nest-sessions/issuer'`. */
  readonly specifier: string;
  /** Compiled file without its extension, relative to the folder of a module format: `'issuer/index'`. */
  readonly file: string;
}

/** Returns the core, then every folder of the library with an `index.ts`, in alphabetical order. */
export function entryPoints(): EntryPoint[] {
  const folders = readdirSync(librarySourceFolder)
    .filter((folder) => existsSync(join(librarySourceFolder, folder, 'index.ts')))
    .sort();
  return [
    { path: '.', specifier: 'nest-sessions', file: 'index' },
    ...folders.map((folder) => ({
      path: `./${folder}`,
      specifier: `nest-sessions/${folder}`,
      file: `${folder}/index`,
    })),
  ];
}
