import { addSessionModule } from './add-session-module.js';
import { readText, type SchematicContext, type Workspace, writeText } from './devkit.js';
import { withRedisUrl } from './env-example.js';
import { findSessionModule } from './find-session-module.js';
import { withIoredis } from './ioredis-dependency.js';
import { ManualStepError } from './manual-step.error.js';
import type { NestAddOptions } from './nest-add.options.js';
import { type NestProject, nestProjectOf } from './nest-project.js';
import { manualSteps, nextSteps } from './printed-steps.js';
import { type RootModule, rootModuleOf } from './root-module.js';
import { sessionRolesCode } from './session-module-code.js';
import { loadTypeScript } from './load-typescript.js';

/**
 * Adds sessions to an application. Changes nothing if the application has them, or if its code cannot be edited
 * safely; then it prints the steps by hand.
 *
 * @param ioredis Range of versions for package.json.
 */
export function addSessions(
  workspace: Workspace,
  context: SchematicContext,
  options: NestAddOptions,
  ioredis: string,
): void {
  const project = nestProjectOf(workspace, options);
  const rolesFile = `${project.sourceRoot}/session-roles.ts`;
  try {
    const rootModule = editRootModule(workspace, context, project, options);
    if (rootModule === undefined) return;
    addRedisUrl(workspace, options.redisUrl);
    if (options.role !== undefined) declareRole(workspace, context, rolesFile, options.role);
    addIoredis(workspace, context, ioredis, options.skipInstall);
    const extension = isEsModule(workspace) ? '.js' : '';
    context.logger.info(nextSteps(rootModule, options.role, rolesFile, extension));
  } catch (error) {
    if (!(error instanceof ManualStepError)) throw error;
    context.logger.warn(manualSteps(error.message, options, rolesFile, ioredis));
  }
}

/** Edited root module; `undefined` if the application configures sessions already. */
function editRootModule(
  workspace: Workspace,
  { logger }: SchematicContext,
  project: NestProject,
  options: NestAddOptions,
): RootModule | undefined {
  const compiler = loadTypeScript(process.cwd());
  const configured = findSessionModule(compiler, workspace, project.sourceRoot);
  if (configured !== undefined) {
    logger.info(`SessionModule is already configured in ${configured}: no file changed.`);
    return undefined;
  }
  const rootModule = rootModuleOf(compiler, workspace, project);
  const text = readText(workspace, rootModule.file) ?? '';
  workspace.overwrite(rootModule.file, addSessionModule(compiler, text, rootModule, options));
  return rootModule;
}

/** Whether relative imports need a file extension: in ES modules they do. */
function isEsModule(workspace: Workspace): boolean {
  return /"type"\s*:\s*"module"/.test(readText(workspace, 'package.json') ?? '');
}

function addRedisUrl(workspace: Workspace, redisUrl: string): void {
  const text = readText(workspace, '.env.example') ?? '';
  const changed = withRedisUrl(text, redisUrl);
  if (changed !== text) writeText(workspace, '.env.example', changed);
}

function declareRole(
  workspace: Workspace,
  { logger }: SchematicContext,
  file: string,
  role: string,
): void {
  const declaration = sessionRolesCode(role, "'");
  if (readText(workspace, file) === undefined) workspace.create(file, declaration);
  else logger.warn(`${file} exists and was not changed. Declare the role there:\n\n${declaration}`);
}

/** A package manager that installs a missing peer dependency adds no line to package.json. */
function addIoredis(
  workspace: Workspace,
  context: SchematicContext,
  ioredis: string,
  skipInstall: boolean,
): void {
  const text = readText(workspace, 'package.json');
  if (text === undefined) {
    throw new Error(
      'There is no package.json in this folder. Run `nest add` in the root folder of the project.',
    );
  }
  const changed = withIoredis(text, ioredis);
  if (changed === text) return;
  workspace.overwrite('package.json', changed);
  // An installation would remove a package that package.json does not name: this one, linked by hand.
  if (skipInstall || !text.includes('"nest-sessions"')) return;
  context.addTask({ toConfiguration: () => installation(workspace) });
}

/** The devkit's task that installs packages. It knows the project's package manager, except Bun. */
function installation(workspace: Workspace): { name: string; options: object } {
  const bun = ['bun.lock', 'bun.lockb'].some((file) => workspace.read(file) !== null);
  const packageManager = bun ? 'bun' : undefined;
  return {
    name: 'node-package',
    options: { command: 'install', quiet: true, hideOutput: true, packageManager },
  };
}
