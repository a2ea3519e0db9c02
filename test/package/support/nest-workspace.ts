import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../../tools/processes/run-command';
import { npmEnvironment } from './npm';

/** Development packages of a new project that its compilation needs. */
const COMPILATION_PACKAGES = ['@types/node', 'typescript'];

/** Project that the Nest CLI generated. */
export class NestWorkspace {
  private constructor(
    readonly folder: string,
    readonly cli: string,
  ) {}

  /** Runs `nest new`, without an installation. */
  static async create(parent: string, name: string, cli: string): Promise<NestWorkspace> {
    await mkdir(parent, { recursive: true });
    const flags = ['--skip-install', '--skip-git', '--package-manager', 'npm'];
    await runCommand(process.execPath, [cli, 'new', name, ...flags], { cwd: parent });
    const workspace = new NestWorkspace(join(parent, name), cli);
    await workspace.#keepCompilationPackages();
    return workspace;
  }

  /** Runs a command of the Nest CLI and returns its output. */
  async nest(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    await runCommand(process.execPath, [this.cli, ...args], {
      cwd: this.folder,
      env: npmEnvironment,
      onLine: (line) => lines.push(line),
    });
    return lines.join('\n');
  }

  /** Copies a file into the folder of the project. */
  async take(file: string, name: string): Promise<void> {
    await copyFile(file, join(this.folder, name));
  }

  /** Uses the installed packages of another project. */
  async shareModules(other: NestWorkspace): Promise<void> {
    await symlink(join(other.folder, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Text of every source file, by path: without packages and compiled files. */
  async files(): Promise<Record<string, string>> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((it) => it.isFile())
      .map((it) => join(it.parentPath, it.name).slice(this.folder.length + 1))
      .filter((it) => !/^(node_modules|dist)\/|\.tgz$/.test(it));
    const texts = paths.map(async (it) => [it, await this.read(it)] as const);
    return Object.fromEntries(await Promise.all(texts));
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  write(file: string, content: string): Promise<void> {
    return writeFile(join(this.folder, file), content);
  }

  /**
   * Compiles an application with the compiler of the project.
   *
   * @throws Error with the compiler's output
   */
  compile(tsConfig: string, ...flags: readonly string[]): Promise<void> {
    const tsc = join(this.folder, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '--project', tsConfig, '--types', 'node', ...flags];
    return runCommand(process.execPath, args, { cwd: this.folder });
  }

  async #keepCompilationPackages(): Promise<void> {
    const manifest = JSON.parse(await this.read('package.json')) as {
      devDependencies: Record<string, string>;
    };
    const kept = Object.entries(manifest.devDependencies).filter(([name]) =>
      COMPILATION_PACKAGES.includes(name),
    );
    manifest.devDependencies = Object.fromEntries(kept);
    await this.write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  }
}
