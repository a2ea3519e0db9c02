import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { repositoryRoot } from '../../../tools/repository-root';

/** Application with the package and some of the workspace's packages, without an installation. */
export class Consumer {
  private constructor(readonly folder: string) {}

  /** @param packages Names of the packages that the application can import. */
  static async create(
    parent: string,
    tarball: string,
    packages: readonly string[],
  ): Promise<Consumer> {
    const folder = await mkdtemp(join(parent, 'consumer-'));
    const own = join(folder, 'node_modules/nest-sessions');
    await mkdir(own, { recursive: true });
    await runCommand('tar', ['-xzf', tarball, '-C', own, '--strip-components', '1']);
    for (const name of packages) {
      const link = join(folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(repositoryRoot, 'node_modules', name), link);
    }
    return new Consumer(folder);
  }

  async write(file: string, content: string): Promise<string> {
    const path = join(this.folder, file);
    await writeFile(path, content);
    return path;
  }

  /** Runs a program that prints JSON. */
  async run<T>(node: string, file: string): Promise<T> {
    const lines: string[] = [];
    await runCommand(node, ['--no-warnings', file], {
      cwd: this.folder,
      onLine: (line) => lines.push(line),
    });
    return JSON.parse(lines.join('\n')) as T;
  }
}
