import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const LICENCES = new Set([
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['MPL-2.0', 'Python-2.0', 'Unlicense'],
]);

const manifest = read<Manifest>('package.json');
const { '': root, ...packages } = read<Lock>('package-lock.json').packages as Lock['packages'] & {
  '': Manifest;
};
const locked = Object.entries(packages);
const page = readFileSync(join(repositoryRoot, 'docs/reference/dependencies.md'), 'utf8');

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8')) as T;
}

/** Returns the packages in the table under a heading of the page, each with its whole line. */
function table(heading: string): [name: string, line: string][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `([^`]+)` .*$/gm)].map(([line, name = '']) => [name, line]);
}

function namesIn(heading: string): string[] {
  return table(heading).map(([name]) => name);
}

/** Matches the package in an import, with its scope and without the path after it. */
const IMPORT = /(?:from|import\(|require\() ?'((?:@[^/']+\/)?[^/'.]+(?:\.js)?)/g;

/** Returns the sources of the library, without its tests. */
function librarySources(): string[] {
  const folder = join(repositoryRoot, 'libs/session/src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !/spec\.ts$|test-support[\\/]/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** Returns the name of a package of the lock file, at any depth. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

describe('the page about dependencies', () => {
  it.each([
    ['In production', manifest.dependencies],
    ['In development', manifest.devDependencies],
  ])('lists exactly the declared packages, in order, under %s', (heading, declared) => {
    expect(namesIn(heading)).toEqual(Object.keys(declared).sort());
  });

  it('gives a reason for each package', () => {
    for (const heading of ['In production', 'In development']) {
      for (const [, line] of table(heading)) expect(line).toMatch(/^\| `[^`]+` +\| [`\w].+ \|$/);
    }
  });

  it('lists exactly the packages that the library imports', () => {
    const declared = new Set(
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
    );
    const imported = librarySources().flatMap((source) =>
      [...source.matchAll(IMPORT)].map(([, name = '']) => name),
    );
    const used = new Set(imported.filter((name) => declared.has(name)));
    expect(namesIn('Of the library alone').sort()).toEqual([...used].sort());
  });

  it('states the decision on each install script', () => {
    const said = table('Install scripts').map(([name, line]) => [name, / yes +\|/.test(line)]);
    expect(Object.fromEntries(said)).toEqual(manifest.allowScripts);
  });

  it('lists the allowed licences', () => {
    const [, licences = ''] = page.split('\n## Licences\n');
    for (const licence of LICENCES) expect(licences).toContain(licence);
  });
});

describe('the installed packages', () => {
  const direct = { ...manifest.dependencies, ...manifest.devDependencies };

  it('have exact versions', () => {
    const version = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
    expect(Object.entries(direct).filter(([, it]) => !version.test(it))).toEqual([]);
  });

  it('match the lock file', () => {
    expect(root.dependencies).toEqual(manifest.dependencies);
    expect(root.devDependencies).toEqual(manifest.devDependencies);
    const versions = Object.keys(direct).map((name) => [
      name,
      packages[`node_modules/${name}`]?.version,
    ]);
    expect(Object.fromEntries(versions)).toEqual(direct);
  });

  it('are checked against their SHA-512, and come from no repository and no file', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, it]) => !/^sha512-[\w+/]{86}==$/.test(it.integrity ?? ''))).toEqual(
      [],
    );
    expect(locked.filter(([, it]) => it.link ?? false)).toEqual([]);
    const from = locked.flatMap(([, { resolved }]) => (resolved === undefined ? [] : [resolved]));
    expect(from.filter((it) => !it.startsWith('https://') || it.includes('git'))).toEqual([]);
  });

  it('have no install script without a decision', () => {
    const scripted = locked.filter(([, it]) => it.hasInstallScript).map(([path]) => nameOf(path));
    expect([...new Set(scripted)].sort()).toEqual(Object.keys(manifest.allowScripts).sort());
  });

  it('have an allowed licence when they run in production', () => {
    const foreign = locked.flatMap(([path, it]) =>
      it.dev || !existsSync(join(repositoryRoot, path)) ? [] : [[path, licenceOf(path)] as const],
    );
    expect(foreign.length).toBeGreaterThan(100);
    expect(foreign.filter(([, licence]) => !LICENCES.has(licence))).toEqual([]);
  });
});

/** Returns the licence in a package's own package.json; older packages have a list of objects. */
function licenceOf(path: string): string {
  const { license, licenses } = read<{ license?: string; licenses?: { type: string }[] }>(
    join(path, 'package.json'),
  );
  return license ?? licenses?.map(({ type }) => type).join(' AND ') ?? 'none';
}
