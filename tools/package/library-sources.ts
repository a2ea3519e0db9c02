import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { repositoryRoot } from '../repository-root';

/** Folder of the library's sources. */
export const librarySourceFolder = join(repositoryRoot, 'libs/session/src');

/** Returns the files that are compiled into the package, with slashes, relative to {@link librarySourceFolder}. */
export function librarySources(): string[] {
  return readdirSync(librarySourceFolder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(sep, '/'))
    .filter((file) => file.endsWith('.ts') && !/(\.d|spec)\.ts$|(^|\/)test-support\//.test(file))
    .sort();
}
