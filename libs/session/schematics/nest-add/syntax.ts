import type ts from 'typescript';
import type { TypeScript } from './load-typescript.js';

/** Syntax tree of a file. */
export function parsed(compiler: TypeScript, file: string, text: string): ts.SourceFile {
  return compiler.createSourceFile(file, text, compiler.ScriptTarget.Latest, true);
}

/** Whether a node or one of its descendants passes the test. */
export function someNode(
  compiler: TypeScript,
  node: ts.Node,
  test: (node: ts.Node) => boolean,
): boolean {
  return (
    test(node) || !!compiler.forEachChild(node, (it) => someNode(compiler, it, test) || undefined)
  );
}

export interface ImportedName {
  /** Name in the module that exports it. */
  readonly name: string;
  readonly local: string;
  readonly from: string;
}

/** Named imports of values. */
export function importedNames(compiler: TypeScript, source: ts.SourceFile): ImportedName[] {
  return source.statements.flatMap((statement) => {
    if (!compiler.isImportDeclaration(statement)) return [];
    const { importClause, moduleSpecifier } = statement;
    const bindings = importClause?.namedBindings;
    if (!bindings || !compiler.isNamedImports(bindings)) return [];
    const { text: from } = moduleSpecifier as ts.StringLiteral;
    return bindings.elements.map(({ name: { text: local }, propertyName }) => ({
      name: propertyName?.text ?? local,
      local,
      from,
    }));
  });
}

/** Local name of an export of a package; `undefined` if the file does not import it. */
export function localNameOf(
  compiler: TypeScript,
  source: ts.SourceFile,
  name: string,
  from: string,
): string | undefined {
  return importedNames(compiler, source).find((it) => it.name === name && it.from === from)?.local;
}
