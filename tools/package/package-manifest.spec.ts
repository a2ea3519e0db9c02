import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { eachRow } from '../testing/each-row';
import { librarySourceFolder, librarySources } from './library-sources';
import { libraryManifest, publishedManifest, workspaceManifest } from './package-manifest';

/** Peers that the library loads by a name that is no import: a default of Nest's options, and Nest itself. */
const LOADED_OTHERWISE = ['@grpc/proto-loader', 'reflect-metadata'];

const library = libraryManifest();
const workspace = workspaceManifest();
const { dependencies, peerDependencies = {}, peerDependenciesMeta = {} } = library;

/** Returns the names of the packages that the library imports, types included. */
function importedPackages(): Set<string> {
  const names = librarySources().flatMap((file) => {
    const text = readFileSync(join(librarySourceFolder, file), 'utf8');
    return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  });
  const packages = names.filter((name) => !/^(\.|node:)/.test(name));
  return new Set(packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name));
}

describe("the package's manifest", () => {
  it('declares exactly the packages that the library imports', () => {
    const used = [...importedPackages(), ...LOADED_OTHERWISE].sort();
    expect(Object.keys({ ...dependencies, ...peerDependencies }).sort()).toEqual(used);
  });

  it('has the version of the workspace, and no source that npm would publish', () => {
    expect(library.version).toBe(workspace.version);
    expect(library.private).toBe(true);
    expect(JSON.parse(JSON.stringify(publishedManifest()))).not.toHaveProperty('private');
  });

  it('starts its ranges at the versions that the workspace tests', () => {
    const tested = { ...workspace.dependencies, ...workspace.devDependencies };
    const ranges = Object.keys(dependencies).map((name) => [name, `^${tested[name] ?? '?'}`]);
    expect(dependencies).toEqual(Object.fromEntries(ranges));
  });

  it('admits as peers the major versions that the workspace tests', () => {
    const tested = { ...workspace.dependencies, ...workspace.devDependencies };
    return eachRow(Object.entries(peerDependencies), ([name, range]) => {
      const [major = '', minor = ''] = (tested[name] ?? '').split('.');
      const first = major === '0' ? `0.${minor}` : major;
      expect(range.split(' || ').some((part) => part.startsWith(`^${first}.`))).toBe(true);
    });
  });

  it('makes optional every peer that only a feature needs', () => {
    const required = Object.keys(peerDependencies).filter(
      (name) => peerDependenciesMeta[name]?.optional !== true,
    );
    expect(required.sort()).toEqual(
      ['@nestjs/common', '@nestjs/core', 'ioredis', 'reflect-metadata', 'rxjs'].sort(),
    );
  });
});
