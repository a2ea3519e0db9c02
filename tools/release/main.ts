import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage, packageFolder } from '../package/build-package';
import { libraryManifest, workspaceManifest } from '../package/package-manifest';
import { repositoryRoot } from '../repository-root';
import { describePackage, type PackedPackage } from './package-files';
import { releaseProblems, tagOf } from './release-problems';

// Usage: npm run release:dry [-- --tag v1.2.3]. It checks and shows a release, and publishes nothing.
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { tag: { type: 'string' } } });
  const { version, repository } = workspaceManifest();
  const { errors, open } = releaseProblems({
    workspaceVersion: version,
    libraryVersion: libraryManifest().version,
    hasRepository: repository !== undefined,
    changelog: readFileSync(join(repositoryRoot, 'CHANGELOG.md'), 'utf8'),
    changedFiles: run('git', ['status', '--porcelain', '--untracked-files=all'])
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(3)),
    tag: values.tag ?? null,
  });
  if (errors.length > 0) {
    for (const error of errors) console.error(`✗ ${error}`);
    process.exitCode = 1;
    return;
  }
  await buildPackage();
  const output = run('npm', ['pack', packageFolder, '--dry-run', '--json', '--ignore-scripts']);
  for (const packed of packagesIn(output)) console.log(describePackage(packed));
  console.log(`\nThe tag ${tagOf(version)} publishes this package.`);
  if (open.length > 0) console.log('Before the tag:');
  for (const step of open) console.log(`- ${step}`);
}

/** Returns the packages in the output of `npm pack --json`: a list, or an object by name since npm 12. */
function packagesIn(output: string): PackedPackage[] {
  return Object.values(JSON.parse(output) as Record<string, PackedPackage>);
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
