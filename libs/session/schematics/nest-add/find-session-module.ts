import type ts from 'typescript';
import { type Folder, readText, type Workspace } from './devkit.js';
import type { TypeScript } from './load-typescript.js';
import { localNameOf, parsed, someNode } from './syntax.js';

/** First file of a folder that configures `SessionModule`; `undefined` if none does. */
export function findSessionModule(
  compiler: TypeScript,
  workspace: Workspace,
  folder: string,
): string | undefined {
  for (const file of sourceFiles(workspace.getDir(folder), folder)) {
    const text = readText(workspace, file);
    if (text?.includes('nest-sessions') && configuresSessions(compiler, text)) return file;
  }
  return undefined;
}

/** Whether a file calls `forRoot()` or `forRootAsync()` of `SessionModule`. */
export function configuresSessions(compiler: TypeScript, text: string): boolean {
  const source = parsed(compiler, 'module.ts', text);
  const local = localNameOf(compiler, source, 'SessionModule', 'nest-sessions');
  if (local === undefined) return false;
  return someNode(compiler, source, (node) => isConfiguration(compiler, node, local));
}

function isConfiguration(compiler: TypeScript, node: ts.Node, local: string): boolean {
  return (
    compiler.isPropertyAccessExpression(node) &&
    compiler.isIdentifier(node.expression) &&
    node.expression.text === local &&
    /^forRoot(Async)?$/.test(node.name.text)
  );
}

/** TypeScript files of a folder and its subfolders, without tests: a test configures sessions of its own. */
function* sourceFiles(folder: Folder, path: string): Generator<string> {
  for (const name of folder.subfiles) {
    if (name.endsWith('.ts') && !/[.-](spec|test|d)\.ts$/.test(name)) yield `${path}/${name}`;
  }
  for (const name of folder.subdirs) {
    if (name !== 'node_modules') yield* sourceFiles(folder.dir(name), `${path}/${name}`);
  }
}
