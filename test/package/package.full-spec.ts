import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { entryPoints } from '../../tools/package/entry-points';
import { librarySources } from '../../tools/package/library-sources';
import { libraryManifest } from '../../tools/package/package-manifest';
import { repositoryRoot } from '../../tools/repository-root';
import { eachRow } from '../../tools/testing/each-row';
import { cachedPackage } from './support/cached-package';
import { Consumer } from './support/consumer';
import { NODE_RELEASES, nodeRelease } from './support/node-releases';
import { type PackedPackage, packPackage } from './support/packed-package';
import { runBin } from './support/run-bin';

/** Limit for a download, in bytes. */
const MAX_SIZE = 400_000;

/** Optional peer that an entry point imports. */
const NEEDED_PEERS: Readonly<Record<string, string>> = {
  'nest-sessions/calls': '@nestjs/microservices',
  'nest-sessions/health': '@nestjs/terminus',
  'nest-sessions/rpc': '@nestjs/microservices',
};

const SPECIFIERS = entryPoints().map(({ specifier }) => specifier);

/** Loads each entry point in both ways, and prints the names of the exports that are not identical. */
const LOAD_EACH = `
require('reflect-metadata');
const load = async (specifier) => {
  try {
    const required = require(specifier);
    const imported = await import(specifier);
    const names = Object.keys(imported).filter((name) => !/^(default|module\\.exports)$/.test(name));
    return { count: names.length, different: names.filter((it) => required[it] !== imported[it]) };
  } catch ({ message }) {
    return { error: message };
  }
};
void (async () => {
  const loaded = {};
  for (const specifier of ${JSON.stringify(SPECIFIERS)}) loaded[specifier] = await load(specifier);
  console.log(JSON.stringify(loaded));
})();
`;

interface LoadedEntry {
  readonly count?: number;
  readonly different?: readonly string[];
  readonly error?: string;
}

/** Application code of which the types must hold. */
const APPLICATION = `
import { Controller, Get, Module } from '@nestjs/common';
import { CurrentUser, Roles, SessionModule, type SessionUser } from 'nest-sessions';
${SPECIFIERS.map((it, i) => `export * as entry${i} from '${it}';`).join('\n')}

declare module 'nest-sessions' {
  interface SessionRoles { orders: true }
}

@Controller()
export class OrdersController {
  @Get()
  @Roles('orders')
  list(@CurrentUser() user: SessionUser): string {
    return user.username;
  }

  @Get('misspelt')
  // @ts-expect-error -- no declared role
  @Roles('order')
  misspelt(): void {}
}

@Module({ imports: [SessionModule.forRoot({ redis: 'redis://127.0.0.1' })], controllers: [OrdersController] })
export class AppModule {}
`;

/**
 * Compiler settings of applications, by the name of the file that they compile. `node16` refuses CommonJS
 * files that import Nest 12, which is an ES module.
 */
const SETTINGS: readonly [file: string, settings: ts.CompilerOptions][] = [
  ['nodenext.mts', { module: ts.ModuleKind.NodeNext }],
  ['nodenext.cts', { module: ts.ModuleKind.NodeNext }],
  ['node16.mts', { module: ts.ModuleKind.Node16 }],
  [
    'bundler.ts',
    { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  ],
  [
    'commonjs.ts',
    { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Bundler },
  ],
  [
    'node10.ts',
    {
      module: ts.ModuleKind.CommonJS,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- projects of Nest 11 may still have it
      moduleResolution: ts.ModuleResolutionKind.Node10,
      ignoreDeprecations: '6.0',
    },
  ],
];

describe('the packed package', () => {
  const { dependencies, peerDependencies = {}, peerDependenciesMeta = {} } = libraryManifest();
  const peers = Object.keys(peerDependencies);
  const all = [...Object.keys(dependencies), ...peers];
  const required = all.filter((name) => peerDependenciesMeta[name]?.optional !== true);
  let folder: string;
  let packed: PackedPackage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-spec-'));
    packed = await packPackage(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const consumerOf = (packages: readonly string[]) =>
    Consumer.create(folder, packed.tarball, packages);

  it('contains the compiled library, the schemas and the documents, and nothing else', async () => {
    const compiled = librarySources().flatMap((file) => {
      const name = file.slice(0, -'.ts'.length);
      return ['esm', 'cjs'].flatMap((it) => [`${it}/${name}.js`, `${it}/${name}.d.ts`]);
    });
    const schemas = await readdir(join(repositoryRoot, 'libs/session/proto'));
    const expected = [
      ...compiled,
      ...schemas.map((file) => `proto/${file}`),
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'esm/package.json', 'package.json'],
    ];
    expect(packed.files).toEqual(expected.sort());
  });

  it('passes publint', async () => {
    const publint = await cachedPackage('publint', '0.3.25');
    await runBin(publint, 'publint', 'run', '--strict', packed.tarball);
  });

  it('passes “Are the types wrong?” in every kind of resolution', async () => {
    const attw = await cachedPackage('@arethetypeswrong/cli', '0.18.5');
    await runBin(attw, 'attw', packed.tarball);
  });

  it('is small to download', () => {
    console.log(
      `nest-sessions: ${packed.size} bytes packed, ${packed.unpackedSize} bytes unpacked, ${packed.files.length} files`,
    );
    expect(packed.size).toBeLessThan(MAX_SIZE);
  });

  it.each(NODE_RELEASES)(
    'loads with require() and import() as the same classes on Node.js %s',
    async (release) => {
      const consumer = await consumerOf(all);
      const script = await consumer.write('load.cjs', LOAD_EACH);
      const loaded = await consumer.run<Record<string, LoadedEntry>>(
        await nodeRelease(release),
        script,
      );
      expect(Object.keys(loaded)).toEqual(SPECIFIERS);
      await eachRow(Object.entries(loaded), ([, { count = 0, different, error }]) => {
        expect(error).toBeUndefined();
        expect(different).toEqual([]);
        expect(count).toBeGreaterThan(0);
      });
    },
  );

  it('loads as CommonJS in tools that do not know ES modules', async () => {
    const consumer = await consumerOf(all);
    const script = await consumer.write(
      'load.cjs',
      `require('reflect-metadata');
       const { createRequire } = require('node:module');
       const manifest = require('nest-sessions/package.json');
       const inPackage = createRequire(require.resolve('nest-sessions/package.json'));
       const files = Object.values(manifest.exports).flatMap((it) => it.require?.default ?? []);
       console.log(JSON.stringify(files.map((file) => Object.keys(inPackage(file)).length)));`,
    );
    const counts = await consumer.run<number[]>(process.execPath, script);
    expect(counts).toHaveLength(SPECIFIERS.length);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('has ES modules without variables of CommonJS', async () => {
    const consumer = await consumerOf([]);
    const own = join(consumer.folder, 'node_modules/nest-sessions');
    const files = packed.files.filter((file) => /^esm\/.*\.js$/.test(file));
    await eachRow(
      // Loaders of optional features, which run in CommonJS only.
      files.filter((file) => !/\/load-[\w-]+\.js$/.test(file)),
      async (file) => {
        const code = await readFile(join(own, file), 'utf8');
        const used = new Set(
          ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName),
        );
        expect([...used].filter((it) => it.startsWith('.') && !it.endsWith('.js'))).toEqual([]);
        expect(code).not.toMatch(/\b(__filename|__dirname|module\.exports)\b|(?<![.\w])require\(/);
      },
    );
  });

  it('needs an optional peer only where a feature imports it', async () => {
    const consumer = await consumerOf(required);
    const script = await consumer.write('load.cjs', LOAD_EACH);
    const loaded = await consumer.run<Record<string, LoadedEntry>>(process.execPath, script);
    await eachRow(Object.entries(loaded), ([specifier, { error }]) => {
      const peer = NEEDED_PEERS[specifier];
      if (peer === undefined) expect(error).toBeUndefined();
      else expect(error).toContain(`'${peer}'`);
    });
  });

  it('resolves the schema of its gRPC service', async () => {
    const consumer = await consumerOf([]);
    const script = await consumer.write(
      'schema.cjs',
      "console.log(JSON.stringify(require.resolve('nest-sessions/proto/session.proto')))",
    );
    const schema = await readFile(await consumer.run<string>(process.execPath, script), 'utf8');
    expect(schema).toContain('package nest_sessions.v1;');
  });

  it('has types that compile in every module format, with every check', async () => {
    const consumer = await consumerOf([...all, '@types/node']);
    await eachRow(
      SETTINGS,
      async ([file, settings]) => {
        const root = await consumer.write(file, APPLICATION);
        const program = ts.createProgram([root], {
          strict: true,
          skipLibCheck: false,
          experimentalDecorators: true,
          target: ts.ScriptTarget.ES2023,
          noEmit: true,
          types: ['node'],
          typeRoots: [join(consumer.folder, 'node_modules/@types')],
          ...settings,
        });
        // The types of other packages are not checked: they are not ours to mend.
        const own = program
          .getSourceFiles()
          .filter(({ fileName }) => fileName.startsWith(consumer.folder));
        expect(own.length).toBeGreaterThan(SPECIFIERS.length);
        const problems = [
          ...program.getOptionsDiagnostics(),
          ...own.flatMap((it) => [
            ...program.getSyntacticDiagnostics(it),
            ...program.getSemanticDiagnostics(it),
          ]),
        ].map(({ file: at, messageText }) => [
          at?.fileName.slice(consumer.folder.length),
          ts.flattenDiagnosticMessageText(messageText, ' '),
        ]);
        expect(problems).toEqual([]);
      },
      ([file]) => file,
    );
  });
});
