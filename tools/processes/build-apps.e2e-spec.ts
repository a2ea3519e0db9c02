import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { temporaryFolder } from '../testing/temporary-folder';
import { buildApps } from './build-apps';
import { runCommand } from './run-command';

describe('buildApps', () => {
  const folder = temporaryFolder();

  /** Writes a workspace with one app, built like the apps of this repository. */
  const writeWorkspace = (source: string) => {
    const write = (name: string, content: object | string) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      writeFileSync(join(folder(), name), text);
    };
    mkdirSync(join(folder(), 'apps/small/src'), { recursive: true });
    symlinkSync(join(repositoryRoot, 'node_modules'), join(folder(), 'node_modules'));
    write('package.json', {});
    write('tsconfig.json', { compilerOptions: { module: 'nodenext', outDir: 'dist' } });
    write('nest-cli.json', {
      monorepo: true,
      root: 'apps/small',
      compilerOptions: { builder: 'rspack', tsConfigPath: 'tsconfig.json' },
      projects: {
        small: { type: 'application', root: 'apps/small', sourceRoot: 'apps/small/src' },
      },
    });
    write('apps/small/src/main.ts', source);
  };

  it('compiles an app to a runnable file', async () => {
    writeWorkspace('const answer: number = 42; console.log(answer);');
    const lines: string[] = [];

    await buildApps({ root: folder(), apps: ['small'] });
    await runCommand(process.execPath, [join(folder(), 'dist/apps/small/main.js')], {
      onLine: (line) => lines.push(line),
    });

    expect(lines).toEqual(['42']);
  });

  it('leaves the rejection of an undeclared role to `nest build`', async () => {
    writeWorkspace("const role: 'orders:write' = 'orders:writ'; console.log(role);");
    copyFileSync(join(repositoryRoot, 'rspack.config.js'), join(folder(), 'rspack.config.js'));
    writeFileSync(
      join(folder(), 'apps/small/tsconfig.app.json'),
      '{"extends":"../../tsconfig.json"}',
    );
    const nest = join(repositoryRoot, 'node_modules/@nestjs/cli/bin/nest.js');

    await expect(
      runCommand(process.execPath, [nest, 'build', 'small'], { cwd: folder() }),
    ).rejects.toThrow(/TS2820|TS2322/);
    await buildApps({ root: folder(), apps: ['small'] });
  });

  it('fails with the output of the compiler', async () => {
    writeWorkspace('const answer: number = ;');

    await expect(buildApps({ root: folder(), apps: ['small'] })).rejects.toThrow(
      /nest\.js build small` ended with code 1:[^]*main\.ts/,
    );
  });
});
