import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../repository-root';

/** Files with prose: code, pages, settings and scripts. */
const WITH_PROSE =
  /\.(?:[cm]?[jt]s|[jt]sx|md|ya?ml|conf|sh|acl|env)$|(?:^|\/)(?:Dockerfile|\.dockerignore|\.gitignore)$|^\.ci\//;

/** Files that a tool writes, and a text with words of its own. */
const FOREIGN = /(?:^|\/)(?:package-lock\.json|LICENSE)$|\/migrations\/|\.generated\./;

/** Returns whether the rules apply to a file. */
export function isLinted(path: string): boolean {
  return WITH_PROSE.test(path) && !FOREIGN.test(path);
}

/** Returns the files of the repository to which the rules apply, with new files that Git does not ignore. */
export function lintedFiles(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8' });
  return listed
    .split('\0')
    .filter(isLinted)
    .filter((path) => existsSync(join(repositoryRoot, path)));
}
