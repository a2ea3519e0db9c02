import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { entryPoints } from '../../tools/package/entry-points';
import { librarySources } from '../../tools/package/library-sources';
import { FORMATS, libraryManifest } from '../../tools/package/package-manifest';
import { repositoryRoot } from '../../tools/repository-root';
import { eachRow } from '../../tools/testing/each-row';
import { Consumer } from './support/consumer';
import { NODE_RELEASES, nodeRelease } from './support/node-releases';
import { cachedPackage } from './support/npm';
import { type PackedPackage, packPackage } from './support/packed-package';
import { runBin } from './support/run-bin';

/** Time to build the package, or to compile an application in each format, in milliseconds. */
const SLOW_MS = 300_000;

/** Limit for a download, in bytes. */
const MAX_SIZE = 680_000;

/** Optional peers that the compiled files of each feature import. */
const IMPORTED_PEERS: Readonly<Record<string, readonly string[]>> = {
  calls: ['@nats-io/transport-node', '@nestjs/microservices'],
  graphql: ['@nestjs/graphql', 'graphql'],
  health: ['@nestjs/terminus'],
  metrics: ['prom-client'],
  rpc: ['@nestjs/microservices'],
  tracing: ['@opentelemetry/api'],
  websockets: ['@nestjs/websockets'],
};

/** Command that a failed import names, by entry point. `rpc` imports files of `calls`. */
const INSTALLATIONS: Readonly<Record<string, RegExp>> = {
  'nest-sessions/calls': /nest-sessions\/\w+\/calls\/run-npm-install\/@nestjs\/microservices\.js/,
  'nest-sessions/graphql': /nest-sessions\/\w+\/graphql\/run-npm-install\/(@nestjs\/)?graphql\.js/,
  'nest-sessions/health': /nest-sessions\/\w+\/health\/run-npm-install\/@nestjs\/terminus\.js/,
  'nest-sessions/metrics': /nest-sessions\/\w+\/metrics\/run-npm-install\/prom-client\.js/,
  'nest-sessions/rpc':
    /nest-sessions\/\w+\/(calls|rpc)\/run-npm-install\/@nestjs\/microservices\.js/,
  'nest-sessions/tracing': /nest-sessions\/\w+\/tracing\/run-npm-install\/@opentelemetry\/api\.js/,
  'nest-sessions/websockets':
    /nest-sessions\/\w+\/websockets\/run-npm-install\/@nestjs\/websockets\.js/,
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

/** Loads each entry point in each way, and prints the errors. The CommonJS files are for Jest. */
const FAILURES = `
require('reflect-metadata');
const { createRequire } = require('node:module');
const { exports: entries } = require('nest-sessions/package.json');
const inPackage = createRequire(require.resolve('nest-sessions/package.json'));
const messageOf = async (load) => {
  try {
    await load();
    return null;
  } catch ({ message }) {
    return message;
  }
};
void (async () => {
  const failures = [];
  for (const specifier of ${JSON.stringify(SPECIFIERS)}) {
    const entry = entries[specifier.replace('nest-sessions', '.')];
    const ways = {
      require: () => require(specifier),
      import: () => import(specifier),
      CommonJS: () => inPackage(entry.require.default),
    };
    for (const [way, load] of Object.entries(ways)) {
      failures.push({ specifier, way, message: await messageOf(load) });
    }
  }
  console.log(JSON.stringify(failures));
})();
`;

interface Failure {
  readonly specifier: string;
  readonly way: string;
  readonly message: string | null;
}

/** Prepares Nest's clients for transports whose packages are missing, and prints the errors. */
const TRANSPORTS = `
require('reflect-metadata');
const { NestFactory } = require('@nestjs/core');
const { Transport } = require('@nestjs/microservices');
const { SessionModule } = require('nest-sessions');
const { SessionCalls, SessionCallsModule } = require('nest-sessions/calls');
const { MemorySessionStore } = require('nest-sessions/testing');
class AppModule {}
const imports = [
  SessionModule.forRoot({ service: 'orders', store: new MemorySessionStore() }),
  SessionCallsModule.forRoot({ secret: 'a secret of at least thirty-two characters' }),
];
void (async () => {
  const app = await NestFactory.createApplicationContext({ module: AppModule, imports }, { logger: false });
  const calls = app.get(SessionCalls);
  const messageOf = (load) => Promise.resolve().then(load).then(() => null, ({ message }) => message);
  const grpc = { transport: Transport.GRPC, options: { package: 'orders', protoPath: 'orders.proto' } };
  const nats = { transport: Transport.NATS, options: {} };
  const messages = [
    await messageOf(() => calls.client('orders', grpc)),
    await messageOf(() => calls.client('orders', nats).options.serializer.init()),
  ];
  console.log(JSON.stringify(messages));
  await app.close();
})();
`;

/** Option of each feature that has options, given to the core by mistake. */
const MISPLACED = [
  ['SessionAccessModule', 'release', "'1.2.3'"],
  ['SessionBindingModule', 'network', "'report'"],
  ['SessionCallsModule', 'secret', "'a secret'"],
  ['SessionGatewayModule', 'keys', "'https://auth.example/keys'"],
  ['SessionIssuerModule', 'idleTimeout', "'30m'"],
  ['SessionRpcModule', 'rpc', '{}'],
] as const;

/** Starts an application with each misplaced option, and prints the errors. */
const MISPLACE = `
require('reflect-metadata');
const { NestFactory } = require('@nestjs/core');
const { SessionModule } = require('nest-sessions');
class AppModule {}
const start = (options) => {
  const imports = [SessionModule.forRoot({ redis: 'redis://127.0.0.1', ...options })];
  const settings = { logger: false, abortOnError: false };
  return NestFactory.createApplicationContext({ module: AppModule, imports }, settings);
};
void (async () => {
  const messages = [];
  for (const options of [${MISPLACED.map(([, option, value]) => `{ ${option}: ${value} }`).join()}]) {
    messages.push(await start(options).then(() => null, ({ message }) => message));
  }
  console.log(JSON.stringify(messages));
})();
`;

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

${MISPLACED.map(([, option, value]) => `// @ts-expect-error -- option of a feature\nSessionModule.forRoot({ ${option}: ${value} });`).join('\n')}
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
    packed = await packPackage();
  }, SLOW_MS);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const consumerOf = (packages: readonly string[]) =>
    Consumer.create(folder, packed.tarball, packages);

  it('contains the library, the console, the schematic, the schema and the documents, and nothing else', async () => {
    const compiled = librarySources().flatMap((file) => {
      const name = file.slice(0, -'.ts'.length);
      return FORMATS.flatMap((it) => [`${it}/${name}.js`, `${it}/${name}.d.ts`]);
    });
    const peerImports = Object.entries(IMPORTED_PEERS).flatMap(([feature, names]) =>
      names.flatMap((it) =>
        FORMATS.map((format) => `${format}/${feature}/run-npm-install/${it}.js`),
      ),
    );
    const schemas = await readdir(join(repositoryRoot, 'libs/session/proto'));
    const schematics = await readdir(join(repositoryRoot, 'libs/session/schematics/nest-add'));
    const expected = [
      ...compiled,
      ...peerImports,
      ...schemas.map((file) => `proto/${file}`),
      ...schematics
        .filter((file) => !file.endsWith('.spec.ts'))
        .map((file) => `schematics/nest-add/${file.replace(/\.ts$/, '.js')}`),
      ...['schematics/collection.json', 'schematics/package.json'],
      ...['icon.svg', 'index.html', 'licenses.txt'].map((file) => `console-ui/dist/${file}`),
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'esm/package.json', 'package.json'],
    ];
    // Vite names these after their content.
    const isAsset = (file: string) =>
      /^console-ui\/dist\/assets\/[\w.-]+-[\w-]{8}\.(?:js|css)$/.test(file);
    expect(packed.files.filter((file) => !isAsset(file))).toEqual(expected.sort());
    expect(packed.files.filter(isAsset).some((file) => file.endsWith('.css'))).toBe(true);
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
    await eachRow(files, async (file) => {
      const code = await readFile(join(own, file), 'utf8');
      const used = new Set(
        ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName),
      );
      expect([...used].filter((it) => it.startsWith('.') && !it.endsWith('.js'))).toEqual([]);
      // Calls, not the declaration of a method with that name.
      expect(code).not.toMatch(
        /\b(__filename|__dirname|module\.exports)\b|(?<![.\w])require\((?!\w*\) \{$)/m,
      );
    });
  });

  it('names the command that installs a missing peer, in the feature that imports it only', async () => {
    const consumer = await consumerOf(required);
    const script = await consumer.write('load.cjs', FAILURES);
    const failures = await consumer.run<Failure[]>(process.execPath, script);
    expect(failures).toHaveLength(3 * SPECIFIERS.length);
    await eachRow(failures, ({ specifier, message }) => {
      const installation = INSTALLATIONS[specifier];
      if (installation === undefined) expect(message).toBeNull();
      else expect(message).toMatch(installation);
    });
  });

  it('names the module of an option that the core does not have', async () => {
    const consumer = await consumerOf(required);
    const script = await consumer.write('misplace.cjs', MISPLACE);
    const messages = await consumer.run<string[]>(process.execPath, script);
    await eachRow(
      MISPLACED.map((row, i) => [...row, messages[i]] as const),
      ([module, option, , message]) => {
        expect(message).toContain(`no option '${option}'. Import ${module} from 'nest-sessions/`);
      },
    );
  });

  it('names the command that installs the client of a transport', async () => {
    const consumer = await consumerOf([...required, '@nestjs/microservices']);
    const script = await consumer.write('transports.cjs', TRANSPORTS);
    expect(await consumer.run<string[]>(process.execPath, script)).toEqual(
      [
        ['@grpc/grpc-js', 'gRPC'],
        ['@nats-io/transport-node', 'NATS'],
      ].map(
        ([name, transport]) =>
          `nest-sessions/calls needs the package ${name} for ${transport}. Run: npm install ${name}`,
      ),
    );
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

  it(
    'has types that compile in every module format, with every check',
    async () => {
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
    },
    SLOW_MS,
  );
});
