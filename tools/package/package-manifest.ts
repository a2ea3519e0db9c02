import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { type EntryPoint, entryPoints } from './entry-points';

/** Fields of a package.json that this workspace reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly sideEffects?: boolean;
  readonly schematics?: string;
  readonly repository?: string | { readonly type: string; readonly url: string };
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** package.json as it is published. */
export interface PublishedManifest extends Manifest {
  readonly main: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, string | ExportConditions>>;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly files: readonly string[];
}

type ExportConditions = Readonly<
  Record<'module-sync' | 'import' | 'require', { readonly types: string; readonly default: string }>
>;

/** Folder of the schema that gRPC clients and servers load. */
export const PROTO_FOLDER = 'proto';

/** Folder of the schematic that `nest add` runs. */
export const SCHEMATICS_FOLDER = 'schematics';

/** Folder of the console's pages, in the same place relative to the code as in this repository. */
export const CONSOLE_FOLDER = 'console-ui/dist';

/** Module formats of the package. Each has a folder of that name. */
export const FORMATS = ['esm', 'cjs'] as const;
export type ModuleFormat = (typeof FORMATS)[number];

export function workspaceManifest(): Manifest {
  return read('package.json');
}

/** Returns the library's package.json in this repository, which lists no entry points. */
export function libraryManifest(): Manifest {
  return read('libs/session/package.json');
}

/** Returns the peers that only one feature needs. */
export function optionalPeers({ peerDependenciesMeta = {} }: Manifest): string[] {
  return Object.keys(peerDependenciesMeta).filter((name) => peerDependenciesMeta[name]?.optional);
}

/**
 * Returns the package.json to publish: the library's own, with an export for every entry point. The version
 * and the repository are those of the workspace.
 */
export function publishedManifest(): PublishedManifest {
  const { version, repository } = workspaceManifest();
  const entries = entryPoints();
  return {
    ...libraryManifest(),
    // The sources are private, so that only the build is published.
    private: undefined,
    version,
    ...(repository === undefined ? {} : { repository: inFolder(repository) }),
    main: './cjs/index.js',
    types: './cjs/index.d.ts',
    exports: {
      ...Object.fromEntries(entries.map((entry) => [entry.path, conditionsOf(entry)])),
      [`./${PROTO_FOLDER}/*.proto`]: `./${PROTO_FOLDER}/*.proto`,
      './package.json': './package.json',
    },
    // TypeScript reads no `exports` with `moduleResolution: node10`.
    typesVersions: { '*': Object.fromEntries(entries.slice(1).map(node10Types)) },
    files: [...FORMATS, CONSOLE_FOLDER, PROTO_FOLDER, SCHEMATICS_FOLDER, 'CHANGELOG.md'],
  };
}

/**
 * Returns the files of an entry point. Node.js loads the ES module for `import` and for `require()` alike
 * (`module-sync`), so that each class exists once in a process. `require` is for tools that do not know the
 * condition, such as Jest.
 * https://nodejs.org/api/packages.html#conditional-exports
 */
function conditionsOf({ file }: EntryPoint): ExportConditions {
  const module = { types: `./esm/${file}.d.ts`, default: `./esm/${file}.js` };
  return {
    'module-sync': module,
    import: module,
    require: { types: `./cjs/${file}.d.ts`, default: `./cjs/${file}.js` },
  };
}

function node10Types({ path, file }: EntryPoint): [path: string, files: string[]] {
  return [path.slice('./'.length), [`./cjs/${file}.d.ts`]];
}

/** Names the library's folder, against which npm resolves the links of the README. */
function inFolder(repository: NonNullable<Manifest['repository']>): Manifest['repository'] {
  const url = typeof repository === 'string' ? { type: 'git', url: repository } : repository;
  return { ...url, directory: 'libs/session' } as Manifest['repository'];
}

function read(file: string): Manifest {
  return JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8')) as Manifest;
}
