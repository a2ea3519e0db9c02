import type { NestAddOptions } from './nest-add.options.js';
import { readText, type Workspace } from './devkit.js';

/** Application to which sessions are added. */
export interface NestProject {
  /** Folder of its sources, such as `src` or `apps/orders/src`. */
  readonly sourceRoot: string;
  /** File that starts it, such as `src/main.ts`. */
  readonly mainFile: string;
  readonly tsConfigFile: string;
}

/** The part of nest-cli.json that says where an application is. */
interface ProjectConfiguration {
  readonly type?: string;
  readonly root?: string;
  readonly sourceRoot?: string;
  readonly entryFile?: string;
  readonly compilerOptions?: { readonly tsConfigPath?: string };
}

interface NestConfiguration extends ProjectConfiguration {
  readonly projects?: Readonly<Record<string, ProjectConfiguration>>;
}

/** Names of the configuration file, in the Nest CLI's order. */
const CONFIGURATION_FILES = ['nest-cli.json', '.nest-cli.json'];

/**
 * Finds the application: the project with the given name, else the project with the given source folder, else
 * the default application.
 *
 * @throws Error if no project has this name, or it is a library
 */
export function nestProjectOf(
  workspace: Workspace,
  { project: name, sourceRoot }: Pick<NestAddOptions, 'project' | 'sourceRoot'>,
): NestProject {
  const configuration = configurationOf(workspace);
  const projects = Object.entries(configuration.projects ?? {});
  const found = projects.find(([key, project]) =>
    name === undefined ? samePath(project.sourceRoot, sourceRoot) : key === name,
  );
  if (name !== undefined && !found) {
    const names = projects.filter(([, it]) => it.type !== 'library').map(([key]) => key);
    throw new Error(
      `--project: nest-cli.json has no project "${name}". ` +
        (names.length > 0 ? `Choose one of: ${names.join(', ')}.` : 'Leave the flag out.'),
    );
  }
  const [key, project] = found ?? [];
  if (project?.type === 'library') {
    throw new Error(
      `--project: "${key}" is a library. Name the application whose routes need a session.`,
    );
  }
  const root = withoutSlashes(
    project?.sourceRoot ?? sourceRoot ?? configuration.sourceRoot ?? 'src',
  );
  const main = (project?.entryFile ?? configuration.entryFile ?? 'main').replace(/\.ts$/, '');
  return {
    sourceRoot: root,
    mainFile: `${root}/${main}.ts`,
    tsConfigFile:
      project?.compilerOptions?.tsConfigPath ??
      configuration.compilerOptions?.tsConfigPath ??
      'tsconfig.json',
  };
}

function configurationOf(workspace: Workspace): NestConfiguration {
  for (const file of CONFIGURATION_FILES) {
    const text = readText(workspace, file);
    if (text === undefined) continue;
    try {
      return JSON.parse(text) as NestConfiguration;
    } catch (cause) {
      throw new Error(`${file} is not valid JSON: ${String(cause)}. Correct it and try again.`, {
        cause,
      });
    }
  }
  return {};
}

function samePath(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && withoutSlashes(a) === withoutSlashes(b);
}

/** Path without `./` at its start and `/` at its end. */
function withoutSlashes(path: string): string {
  return path.replace(/^\.\//, '').replace(/\/+$/, '');
}
