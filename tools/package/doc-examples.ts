import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { librarySourceFolder, librarySources } from './library-sources';

/** `@example` of a doc comment in the library. */
export interface DocExample {
  /** Source with the comment, relative to the sources. */
  readonly file: string;
  /** Documented name: `'SessionManager'`, or `'SessionManager.create'` for a member. */
  readonly name: string;
  readonly code: string;
}

/** Returns the examples of all exported names and their members. */
export function docExamples(): DocExample[] {
  return librarySources().flatMap((file) =>
    examplesOf(file, readFileSync(join(librarySourceFolder, file), 'utf8')),
  );
}

/** Returns the examples in a source, in its order. */
export function examplesOf(file: string, text: string): DocExample[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const examples = (node: ts.Node, name: string) =>
    codeOf(docComment(text, node)).map((code) => ({ file, name, code }));
  return source.statements.flatMap((statement) =>
    namesOf(statement).flatMap((name) => [
      ...examples(statement, name),
      ...(ts.isClassDeclaration(statement) ? statement.members : []).flatMap((member) =>
        examples(member, `${name}.${member.name?.getText(source) ?? ''}`),
      ),
    ]),
  );
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    const names = statement.declarationList.declarations.map(({ name }) => name);
    return names.filter(ts.isIdentifier).map(({ text }) => text);
  }
  if (
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  ) {
    return statement.name === undefined ? [] : [statement.name.text];
  }
  return [];
}

/** Returns the lines of a node's doc comment, without the asterisks. */
function docComment(text: string, node: ts.Node): string[] {
  const ranges = ts.getLeadingCommentRanges(text, node.pos) ?? [];
  const comment = ranges
    .map(({ pos, end }) => text.slice(pos, end))
    .findLast((it) => it.startsWith('/**'));
  return (comment ?? '')
    .slice('/**'.length, -'*/'.length)
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\* ?)?/, ''));
}

/** Returns the code of each `@example`, with or without a fence. A decorator in a fence is no tag. */
function codeOf(comment: readonly string[]): string[] {
  const examples: string[] = [];
  let isExample = false;
  let isFenced = false;
  for (const line of comment) {
    if (line.startsWith('```')) {
      isFenced = !isFenced;
      continue;
    }
    if (!isFenced && line.startsWith('@')) {
      isExample = line.startsWith('@example');
      if (isExample) examples.push('');
    } else if (isExample) {
      examples.push(`${examples.pop() ?? ''}${line}\n`);
    }
  }
  return examples.map((code) => `${code.trim()}\n`);
}
