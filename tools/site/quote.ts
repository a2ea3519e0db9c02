import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { repositoryRoot } from '../repository-root';
import { documentationPages } from './documentation-pages';
import { isCurrent, quotationsIn, withCurrentCode } from './quoted-code';

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');

/** Brings the code on the pages up to date with the files that it quotes. */
async function main(): Promise<void> {
  for (const page of ['README.md', ...documentationPages()]) {
    const text = read(page);
    if (quotationsIn(text).every((quotation) => isCurrent(quotation, read))) continue;
    const filepath = join(repositoryRoot, page);
    const options = await resolveConfig(filepath);
    writeFileSync(filepath, await format(withCurrentCode(text, read), { ...options, filepath }));
    console.log(`${page} is up to date again.`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
