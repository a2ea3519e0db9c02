import { codeProse } from './code-prose';
import { Escapes } from './escapes';
import { hashCommentProse } from './hash-comment-prose';
import { markdownProse } from './markdown-prose';
import { type Prose, type Sentence, sentencesOf } from './prose';
import { MOST_WORDS, WORD_RULES } from './word-rules';

/** A sentence that breaks a rule. */
export interface WordProblem {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly sentence: string;
  readonly advice: string;
}

/** Returns the problems in the prose of a file, in the order of its lines. */
export function checkWords(path: string, source: string): WordProblem[] {
  const escapes = new Escapes(source);
  const problems = proseOf(path, source)
    .flatMap(sentencesOf)
    .flatMap((sentence) =>
      brokenRules(sentence).map(({ rule, advice }) => ({
        path,
        line: sentence.line,
        rule,
        sentence: sentence.text,
        advice,
      })),
    )
    .filter(({ line }) => !escapes.cover(line));
  const faults = escapes
    .faults()
    .map(({ line, advice }) => ({ path, line, rule: 'exception', sentence: '', advice }));
  return [...problems, ...faults].sort((one, other) => one.line - other.line);
}

function proseOf(path: string, source: string): Prose[] {
  if (/\.(?:[cm]?[jt]s|[jt]sx)$/.test(path)) return codeProse(path, source);
  return path.endsWith('.md') ? markdownProse(source) : hashCommentProse(source);
}

function brokenRules({ text }: Sentence): { rule: string; advice: string }[] {
  const broken = WORD_RULES.filter(({ pattern }) => pattern.test(text)).map(({ name, advice }) => ({
    rule: name,
    advice,
  }));
  const words = text.split(' ').length;
  return words <= MOST_WORDS
    ? broken
    : [...broken, { rule: 'long-sentence', advice: `split the sentence: it has ${words} words` }];
}

/** Formats a problem for a terminal, in the form in which editors open a file at a line. */
export function describeProblem({ path, line, rule, sentence, advice }: WordProblem): string {
  const quoted = sentence === '' ? '' : `\n    ${sentence}`;
  return `${path}:${line}: ${rule}${quoted}\n    → ${advice}`;
}
