import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../repository-root';
import { checkWords, describeProblem } from './check-words';
import { lintedFiles } from './linted-files';

// Usage: npm run lint:words [-- FILE...]. Without files it checks the whole repository.
const named = process.argv.slice(2);
const files = named.length > 0 ? named : lintedFiles();
const problems = files.flatMap((path) =>
  checkWords(path, readFileSync(join(repositoryRoot, path), 'utf8')),
);
for (const problem of problems) console.error(describeProblem(problem));
if (problems.length > 0) {
  console.error(
    `\n${problems.length} places in ${files.length} files break the words rules. ` +
      'A comment `words-ok: <reason>` on the line before allows one.',
  );
  process.exitCode = 1;
}
