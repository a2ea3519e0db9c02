import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../tools/processes/run-command';
import { repositoryRoot } from '../tools/repository-root';

describe('native packages', () => {
  it.each(['bcrypt', '@swc/core', '@rspack/core'])(
    '%s loads from its prebuilt package, without compilation',
    async (name) => {
      const folder = join(repositoryRoot, 'node_modules', name);
      expect(existsSync(join(folder, 'build'))).toBe(false);
      // A separate process: modules that are loaded here go through the tests' own compiler.
      await runCommand(process.execPath, ['-e', `require(${JSON.stringify(name)})`], {
        cwd: repositoryRoot,
      });
    },
  );

  it('esbuild runs from the package of its platform', async () => {
    const platform = `${process.platform}-${process.arch}`;
    const program = join(repositoryRoot, 'node_modules/@esbuild', platform, 'bin/esbuild');
    await runCommand(program, ['--version'], { cwd: repositoryRoot });
  });
});
