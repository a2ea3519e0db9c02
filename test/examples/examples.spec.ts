import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { libraryManifest } from '../../tools/package/package-manifest';
import { eachRow } from '../../tools/testing/each-row';
import { blocksOf } from '../pages/support/page-blocks';
import { allExamples, type Example, examplesFolder, filesOf, textIn } from './support/examples';

interface ExampleManifest {
  readonly private: boolean;
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Largest number of lines in a README: one screen, with the calls that it shows. */
const MAX_README_LINES = 70;

const examples = allExamples();
const nameOf = ({ name }: Example) => name;

function manifestOf(example: Example): ExampleManifest {
  return JSON.parse(textIn(example, 'package.json')) as ExampleManifest;
}

/** Returns the lines of a text without indentation, so that an excerpt may start at its margin. */
function withoutIndentation(text: string): string {
  return text.replaceAll(/^[ \t]+/gm, '').trimEnd();
}

function importsOf(example: Example, isIncluded: (file: string) => boolean): string[] {
  const sources = filesOf(example).filter((file) => /\.(tsx?|js)$/.test(file) && isIncluded(file));
  return sources.flatMap((file) => {
    const { importedFiles } = ts.preProcessFile(textIn(example, file), true, true);
    // A file's name is relative to its own folder, here to the example's.
    return importedFiles.map(({ fileName: name }) =>
      name.startsWith('.') ? `./${join(dirname(file), name)}` : name,
    );
  });
}

const isForTests = (file: string) => /\.test\.ts$|[\\/]testing[\\/]/.test(file);

function packagesIn(imports: readonly string[]): Set<string> {
  // A page also imports from its server.
  const packages = imports.filter((name) => !/^(\.|\/|node:)/.test(name));
  return new Set(packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name));
}

describe('the examples', () => {
  it('are all in the list of examples', () => {
    const list = readFileSync(join(examplesFolder, 'README.md'), 'utf8');
    const listed = [...list.matchAll(/^\| \[([\w-]+)\]\(\1\/\)/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(examples.map(nameOf).sort());
  });

  it('depend on the package as published, with start and test commands', () => {
    const { version, engines } = libraryManifest();
    return eachRow(
      examples,
      (example) => {
        const manifest = manifestOf(example);
        expect(manifest.private).toBe(true);
        expect(manifest.engines).toEqual(engines);
        expect(manifest.dependencies['nest-sessions']).toBe(`^${version}`);
        expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(['start', 'test']));
      },
      nameOf,
    );
  });

  it('import nothing but declared packages and their own files', () =>
    eachRow(
      examples,
      (example) => {
        const { dependencies, devDependencies } = manifestOf(example);
        // `express` comes with its adapter, and is imported for its types alone.
        const declared = [...Object.keys(dependencies), 'express'];
        const used = packagesIn(importsOf(example, (file) => !isForTests(file)));
        expect([...used].filter((name) => !declared.includes(name))).toEqual([]);
        const all = [...declared, ...Object.keys(devDependencies)];
        const usedInTests = packagesIn(importsOf(example, isForTests));
        expect([...usedInTests].filter((name) => !all.includes(name))).toEqual([]);
        const outside = importsOf(example, () => true).filter((name) => name.startsWith('./..'));
        expect(outside).toEqual([]);
      },
      nameOf,
    ));

  it('quote their own sources in a README of one screen', () =>
    eachRow(
      examples,
      (example) => {
        const readme = textIn(example, 'README.md');
        expect(readme.split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
        const sources = filesOf(example)
          .filter((file) => /\.(tsx?|js)$/.test(file))
          .map((file) => withoutIndentation(textIn(example, file)));
        const excerpts = blocksOf(readme)
          .filter(({ language }) => /^([jt]s|tsx)$/.test(language))
          .map(({ text }) => text);
        expect(excerpts).not.toEqual([]);
        const stale = excerpts.filter(
          (excerpt) => !sources.some((source) => source.includes(withoutIndentation(excerpt))),
        );
        expect(stale).toEqual([]);
      },
      nameOf,
    ));
});
