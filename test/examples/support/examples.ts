import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../../tools/repository-root';

/** Project in `examples/`. */
export interface Example {
  readonly name: string;
  readonly folder: string;
}

export const examplesFolder = join(repositoryRoot, 'examples');

/** Names in an example's folder that its package does not come with. */
const GENERATED = /^(node_modules|dist|\.next|next-env\.d\.ts|package-lock\.json)$/;

export function allExamples(): Example[] {
  return readdirSync(examplesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, folder: join(examplesFolder, name) }));
}

/** Returns the files of an example, relative to its folder. */
export function filesOf({ folder }: Example): string[] {
  return readdirSync(folder)
    .filter((name) => !GENERATED.test(name))
    .flatMap((name) =>
      name.includes('.')
        ? [name]
        : readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).map((file) =>
            join(name, file),
          ),
    )
    .filter((file) => /\.\w+$/.test(file));
}

export function textIn({ folder }: Example, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}
