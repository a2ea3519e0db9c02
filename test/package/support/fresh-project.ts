import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { repositoryRoot } from '../../../tools/repository-root';
import { cachedFolder } from './cached-folder';
import type { NEST_CLI_RELEASES } from './nest-cli';
import { cachedPackage, npmEnvironment, npmInstall } from './npm';
import { optionalPackageTypes } from './optional-package-types';
import { printedCode } from './printed-code';

/** Kind of project that Nest's own generator makes. */
export interface ProjectKind {
  readonly name: string;
  /** Release of `@nestjs/cli` whose generator makes the project. */
  readonly cli: (typeof NEST_CLI_RELEASES)[number];
  /** Answer to the generator's question for the module format; `null` where it does not ask. */
  readonly type: 'cjs' | 'esm' | null;
  /** Exact versions in place of the generator's ranges, and in addition to them. */
  readonly dependencies: Readonly<Record<string, string>>;
}

interface ProjectManifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** Packages that only lint, format and deploy: they take half of the installation. */
const UNUSED = /eslint|oxlint|prettier|^globals$|\/mau$|coverage/;

/** Compiler options that some generated projects relax. */
const STRICT = {
  strict: true,
  noImplicitAny: true,
  strictBindCallApply: true,
  strictPropertyInitialization: true,
  skipLibCheck: false,
};

/** Code of the application that the project gets in addition to the generated code. */
const APPLICATION = join(repositoryRoot, 'test/package/project');

/**
 * Makes a project with Nest's generator, installs the package, runs `nest add` and follows the printed steps.
 * The installation of all other packages is kept for later runs.
 *
 * @returns the project's folder, valid until the next call for the same kind
 */
export async function freshProject(kind: ProjectKind, tarball: string): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(kind)).digest('hex').slice(0, 12);
  const cached = await cachedFolder(`${kind.name}-${key}`, async (folder) => {
    await generate(kind, folder);
    const project = join(folder, kind.name);
    await prepare(kind, project);
    await cp(project, join(folder, 'generated'), { recursive: true });
    await npmInstall(project);
  });
  const project = join(cached, kind.name);
  await removeAllBut('node_modules', project);
  await cp(join(cached, 'generated'), project, { recursive: true });
  await rm(join(project, 'node_modules/nest-sessions'), { recursive: true, force: true });
  await npmInstall(project, '--no-save', tarball);
  await addSessions(project);
  await addFeatures(kind, project);
  return project;
}

/** Runs the schematic of `nest new`, which takes the answers to its questions as options. */
async function generate({ name, cli, type }: ProjectKind, folder: string): Promise<void> {
  const { resolve } = createRequire(join(await cachedPackage('@nestjs/cli', cli), 'package.json'));
  const schematics = resolve('@angular-devkit/schematics-cli/bin/schematics.js');
  const nest = dirname(resolve('@nestjs/schematics/package.json'));
  const answers = [
    ...[`--name=${name}`, '--language=ts', '--package-manager=npm', '--no-dry-run'],
    ...(type === null ? [] : [`--type=${type}`]),
  ];
  const args = [schematics, `${join(nest, 'dist/collection.json')}:application`, ...answers];
  await runCommand(process.execPath, args, { cwd: folder });
}

/** Pins the versions, and turns on all checks of the compiler. */
async function prepare({ dependencies }: ProjectKind, folder: string): Promise<void> {
  await change(join(folder, 'package.json'), (text) => {
    const manifest = JSON.parse(text) as ProjectManifest;
    Object.assign(manifest.dependencies, dependencies);
    manifest.devDependencies = Object.fromEntries(
      Object.entries(manifest.devDependencies).filter(([name]) => !UNUSED.test(name)),
    );
    return JSON.stringify(manifest, null, 2);
  });
  await change(join(folder, 'tsconfig.json'), (text) => {
    const { compilerOptions } = JSON.parse(text) as { compilerOptions: object };
    return JSON.stringify({ compilerOptions: { ...compilerOptions, ...STRICT } }, null, 2);
  });
}

/** Adds sessions with the project's own Nest CLI, and the printed controller with its test. */
async function addSessions(folder: string): Promise<void> {
  const cli = join(folder, 'node_modules/@nestjs/cli/bin/nest.js');
  const lines: string[] = [];
  await runCommand(process.execPath, [cli, 'add', 'nest-sessions', '--skip-install'], {
    cwd: folder,
    env: npmEnvironment,
    onLine: (line) => lines.push(line),
  });
  const output = lines.join('\n');
  const [controller, test] = printedCode(output);
  if (controller === undefined || test === undefined) {
    throw new Error(`\`nest add nest-sessions\` printed no controller and test:\n${output}`);
  }
  const inSources = (file: string) => join(folder, 'src', file);
  await writeFile(inSources('reports.controller.ts'), controller);
  await writeFile(inSources('reports.controller.spec.ts'), test);
}

/** Adds a sign-in and a gateway, and resolvers if the project has GraphQL. */
async function addFeatures({ type, dependencies }: ProjectKind, folder: string): Promise<void> {
  const extension = type === 'esm' ? '.js' : '';
  const imports = [
    ['ReportsController', './reports.controller'],
    ['SignInModule', './sign-in.module'],
    ['LiveModule', './live.module'],
  ];
  await copyCode(APPLICATION, join(folder, 'src'), extension);
  if ('@nestjs/graphql' in dependencies) {
    imports.push(['GraphqlModule', './graphql/graphql.module']);
    await copyCode(join(APPLICATION, 'graphql'), join(folder, 'src/graphql'), extension);
    await writeFile(join(folder, 'src/graphql/optional-packages.d.ts'), optionalPackageTypes);
  }
  const names = imports.map(([name]) => name).filter((it) => it?.endsWith('Module'));
  const statements = imports.map(
    ([name, file]) => `import { ${name} } from '${file}${extension}';`,
  );
  await change(join(folder, 'src/app.module.ts'), (text) =>
    [...statements, text]
      .join('\n')
      .replace('imports: [', `imports: [${names.join(', ')}, `)
      .replace('controllers: [', 'controllers: [ReportsController, '),
  );
  await change(join(folder, 'src/main.ts'), (text) =>
    `import { createAdapter, useSocketAdapter } from './adapter${extension}';\n${text}`
      .replace('create(AppModule)', 'create(AppModule, createAdapter())')
      .replace('await app.listen', 'useSocketAdapter(app);\n  await app.listen'),
  );
}

/** Copies the files of a folder, with the extension of imports in the project's module format. */
async function copyCode(from: string, to: string, extension: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const code = await readFile(join(from, entry.name), 'utf8');
    await writeFile(
      join(to, entry.name),
      code.replaceAll(/(?<=from '\.\/.*)\.js(?=')/g, extension),
    );
  }
}

async function removeAllBut(kept: string, folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((it) => it !== kept);
  await Promise.all(names.map((it) => rm(join(folder, it), { recursive: true })));
}

async function change(file: string, edit: (text: string) => string): Promise<void> {
  await writeFile(file, edit(await readFile(file, 'utf8')));
}
