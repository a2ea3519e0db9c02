import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { API_FOLDER } from './docs-folder';

/** Returns the pages below `docs` that people write, relative to the repository, with slashes. */
export function documentationPages(): string[] {
  return readdirSync(join(repositoryRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(sep, '/'))
    .filter(
      (file) => file.endsWith('.md') && !file.startsWith('.') && !file.startsWith(`${API_FOLDER}/`),
    )
    .map((file) => `docs/${file}`)
    .sort();
}
