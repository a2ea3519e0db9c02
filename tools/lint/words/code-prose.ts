import ts from 'typescript';
import type { Prose } from './prose';

/** Words that make a string a message or a title. Shorter ones are identifiers and formats. */
const LEAST_WORDS = 3;

/** Returns the comments and the messages of a TypeScript or JavaScript file. */
export function codeProse(path: string, source: string): Prose[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const literals = literalsOf(file);
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1;
  const messages = literals.flatMap((literal) => {
    const text = messageOf(literal);
    return text === null ? [] : [{ line: lineOf(literal.getStart(file)), text }];
  });
  return [...messages, ...commentsOf(blanked(source, literals, file), lineOf)];
}

type Literal =
  | ts.StringLiteral
  | ts.NoSubstitutionTemplateLiteral
  | ts.TemplateExpression
  | ts.RegularExpressionLiteral;

/** Returns the literals of a file, the outermost of nested templates only. */
function literalsOf(file: ts.SourceFile): Literal[] {
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    if (isLiteral(node)) found.push(node);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isLiteral(node: ts.Node): node is Literal {
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateExpression(node) ||
    ts.isRegularExpressionLiteral(node)
  );
}

/**
 * Returns the text of a message, with `CODE` for each inserted value. It returns `null` for other literals, such
 * as scripts and files, which have several lines.
 */
function messageOf(literal: Literal): string | null {
  if (ts.isRegularExpressionLiteral(literal)) return null;
  const text = ts.isTemplateExpression(literal)
    ? [literal.head.text, ...literal.templateSpans.map(({ literal: { text } }) => text)].join(
        'CODE',
      )
    : literal.text;
  const words = text.match(/(?<![\w./:-])[A-Za-z’']+(?![\w/:-])/g) ?? [];
  return words.length >= LEAST_WORDS && !text.includes('\n') ? text : null;
}

/** Replaces literals by blanks of the same length, so that what looks like a comment is one. */
function blanked(source: string, literals: readonly Literal[], file: ts.SourceFile): string {
  let rest = 0;
  const parts: string[] = [];
  for (const literal of literals) {
    const start = literal.getStart(file);
    parts.push(source.slice(rest, start), source.slice(start, literal.end).replace(/[^\n]/g, ' '));
    rest = literal.end;
  }
  return [...parts, source.slice(rest)].join('');
}

/** Matches a block comment, or line comments on consecutive lines. */
const COMMENT = /\/\*[^]*?\*\/|\/\/.*(?:\n[ \t]*\/\/.*)*/g;

function commentsOf(source: string, lineOf: (position: number) => number): Prose[] {
  return [...source.matchAll(COMMENT)].flatMap(({ 0: comment, index }) =>
    paragraphs(comment, lineOf(index)),
  );
}

/** Splits a comment at its empty lines, its tags and its examples. */
function paragraphs(comment: string, first: number): Prose[] {
  const found: { line: number; text: string }[] = [];
  let isExample = false;
  let isNew = true;
  for (const [at, raw] of comment.split('\n').entries()) {
    const text = raw
      .replace(/^\s*(?:\/\*+|\*+\/|\*|\/\/)/, '')
      .replace(/\*\/\s*$/, '')
      .trim();
    const [, tag] = /^@(\w+)/.exec(text) ?? [];
    if (tag !== undefined) isExample = tag === 'example';
    if (text === '' || isExample) isNew = true;
    else if (isNew || tag !== undefined) {
      found.push({ line: first + at, text: text.replace(/^@\w+(?: \w+(?=\s[A-Z`]))?/, '') });
      isNew = false;
    } else {
      const last = found.at(-1);
      if (last) last.text += `\n${text}`;
    }
  }
  return found;
}
