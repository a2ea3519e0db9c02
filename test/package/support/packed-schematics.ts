import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { repositoryRoot } from '../../../tools/repository-root';

const TSC = createRequire(__filename).resolve('typescript/bin/tsc');

/** Packages that the library loads. */
const DEPENDENCIES = [
  'bowser',
  'cluster-key-slot',
  'cookie',
  'ipaddr.js',
  'jose',
  'jsonwebtoken',
  'ms',
];

/** Packs the library and its schematics, and returns the tarball. */
export async function packSchematics(folder: string): Promise<string> {
  const build = join(folder, 'build');
  await mkdir(build, { recursive: true });
  await compile('libs/session/schematics/tsconfig.json', join(build, 'schematics'));
  await compile('libs/session/tsconfig.lib.json', build);
  const { dependencies } = JSON.parse(
    await readFile(join(repositoryRoot, 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  const manifest = {
    name: 'nest-sessions',
    version: '0.0.0',
    schematics: './schematics/collection.json',
    exports: { '.': './libs/session/src/index.js', './package.json': './package.json' },
    dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, dependencies[name]])),
    peerDependencies: { ioredis: '^5.0.0 || ^6.0.0' },
  };
  await writeFile(join(build, 'package.json'), JSON.stringify(manifest));
  await runCommand('npm', ['pack', build, '--pack-destination', folder]);
  return join(folder, 'nest-sessions-0.0.0.tgz');
}

function compile(project: string, target: string): Promise<void> {
  return runCommand(
    process.execPath,
    [TSC, '--project', join(repositoryRoot, project), '--outDir', target],
    { cwd: repositoryRoot },
  );
}
