import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { repositoryRoot } from '../../../tools/repository-root';
import { cachedPackage, npmInstall, testCache } from './cached-package';

/** Kind of project that Nest's own generator makes. */
export interface ProjectKind {
  readonly name: string;
  /** Version of `@nestjs/cli` whose generator makes the project. */
  readonly cli: string;
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

/** Code of the application that the project gets in addition to the generated code. */
const APPLICATION = join(repositoryRoot, 'test/package/project');

/**
 * Makes a project with Nest's generator, and installs the package like a stranger. The installation of all
 * other packages is kept for later runs.
 *
 * @returns the project's folder, valid until the next call for the same kind
 */
export async function freshProject(kind: ProjectKind, tarball: string): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(kind)).digest('hex').slice(0, 12);
  const folder = join(testCache, `${kind.name}-${key}`);
  if (!existsSync(folder)) {
    await mkdir(testCache, { recursive: true });
    const parent = await mkdtemp(`${folder}-`);
    await generate(kind, parent);
    const project = join(parent, kind.name);
    await prepare(kind, project);
    await npmInstall(project);
    await rename(project, folder);
    await rm(parent, { recursive: true });
  }
  await cp(APPLICATION, join(folder, 'src'), { recursive: true });
  await rm(join(folder, 'node_modules/nest-sessions'), { recursive: true, force: true });
  await npmInstall(folder, '--no-save', tarball);
  return folder;
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

/** Pins the versions, checks all types, and connects the application's code to the generated code. */
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
    const strict = { strict: true, skipLibCheck: false };
    return JSON.stringify({ compilerOptions: { ...compilerOptions, ...strict } }, null, 2);
  });
  await change(join(folder, 'src/app.module.ts'), (text) =>
    `import { SessionsModule } from './sessions.module.js';\n${text}`.replace(
      'imports: []',
      'imports: [SessionsModule]',
    ),
  );
  await change(join(folder, 'src/main.ts'), (text) =>
    `import { createAdapter } from './adapter.js';\n${text}`.replace(
      'create(AppModule)',
      'create(AppModule, createAdapter())',
    ),
  );
}

async function change(file: string, edit: (text: string) => string): Promise<void> {
  await writeFile(file, edit(await readFile(file, 'utf8')));
}
