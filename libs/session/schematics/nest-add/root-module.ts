import type ts from 'typescript';
import { readText, type Workspace } from './devkit.js';
import { ManualStepError } from './manual-step.error.js';
import type { NestProject } from './nest-project.js';
import type { TypeScript } from './load-typescript.js';
import { importedNames, localNameOf, parsed, someNode } from './syntax.js';

/** Class with which an application starts. */
export interface RootModule {
  readonly file: string;
  readonly className: string;
}

const CREATE = ['create', 'createMicroservice', 'createApplicationContext'];

/**
 * Finds the module that the application's main file passes to `NestFactory`.
 *
 * @throws ManualStepError if the main file passes several modules, or anything but the name of a class
 */
export function rootModuleOf(
  compiler: TypeScript,
  workspace: Workspace,
  project: NestProject,
): RootModule {
  const { mainFile } = project;
  const text = readText(workspace, mainFile);
  if (text === undefined) {
    throw new ManualStepError(
      `There is no file ${mainFile}, in which the application would start.`,
    );
  }
  const main = parsed(compiler, mainFile, text);
  const [created, ...others] = createdModules(compiler, main);
  if (!created) {
    throw new ManualStepError(`${mainFile} passes no module to NestFactory.create().`);
  }
  if (others.some((it) => it.getText() !== created.getText())) {
    throw new ManualStepError(`${mainFile} passes several modules to NestFactory.`);
  }
  if (!compiler.isIdentifier(created)) {
    throw new ManualStepError(
      `${mainFile} passes ${created.getText()} to NestFactory, not the name of a module.`,
    );
  }
  const imported = importedNames(compiler, main).find(({ local }) => local === created.text);
  if (!imported) return { file: mainFile, className: created.text };
  const file = resolvedFile(compiler, workspace, project, imported.from);
  return { file, className: imported.name };
}

/** First arguments of the calls of `NestFactory`. */
function createdModules(compiler: TypeScript, main: ts.SourceFile): ts.Expression[] {
  const factory = localNameOf(compiler, main, 'NestFactory', '@nestjs/core');
  const modules: ts.Expression[] = [];
  someNode(compiler, main, (node) => {
    if (
      compiler.isCallExpression(node) &&
      compiler.isPropertyAccessExpression(node.expression) &&
      compiler.isIdentifier(node.expression.expression) &&
      node.expression.expression.text === factory &&
      CREATE.includes(node.expression.name.text)
    ) {
      modules.push(...node.arguments.slice(0, 1));
    }
    return false;
  });
  return modules;
}

/** File of an import of the main file, found as the compiler finds it: with its paths and its file endings. */
function resolvedFile(
  compiler: TypeScript,
  workspace: Workspace,
  { mainFile, tsConfigFile }: NestProject,
  specifier: string,
): string {
  // The devkit's paths and the compiler's absolute paths are the same when the workspace is the root.
  const host = {
    fileExists: (path: string) => readText(workspace, path) !== undefined,
    readFile: (path: string) => readText(workspace, path),
    readDirectory: () => [],
    useCaseSensitiveFileNames: true,
  };
  const { config } = compiler.readConfigFile(`/${tsConfigFile}`, host.readFile) as {
    config?: unknown;
  };
  const folder = `/${tsConfigFile}`.replace(/\/[^/]*$/, '') || '/';
  const { options } = compiler.parseJsonConfigFileContent(config ?? {}, host, folder);
  const { resolvedModule } = compiler.resolveModuleName(specifier, `/${mainFile}`, options, host);
  const file = resolvedModule?.resolvedFileName.replace(/^\//, '');
  if (file === undefined || !/(?<!\.d)\.ts$/.test(file)) {
    throw new ManualStepError(
      `${mainFile} imports the root module from '${specifier}', which is not a TypeScript file of this project.`,
    );
  }
  return file;
}
