import type { AccessRouter } from './access-router.js';

/** Segment of a pattern: a text, or one parameter with surrounding texts. */
export type PatternSegment =
  { readonly text: string } | { readonly prefix: string; readonly suffix: string };

/** Form of a pattern, with or without its optional parts. */
export interface PatternForm {
  readonly segments: readonly PatternSegment[];
  /** Whether one or more arbitrary segments follow. */
  readonly hasRest: boolean;
  /**
   * Whether the form matches exactly what the router matches. Otherwise the pattern has unsupported syntax,
   * and the form matches more: everything that the router may match.
   */
  readonly isExact: boolean;
}

const ANY: PatternSegment = { prefix: '', suffix: '' };

/** Forms that match every path. */
const UNKNOWN: readonly PatternForm[] = [
  { segments: [], hasRest: false, isExact: false },
  { segments: [], hasRest: true, isExact: false },
];

/** Maximum number of forms of one pattern; each optional part doubles the number. */
const MAX_FORMS = 32;

/** Returns the forms of a route's pattern; none when no canonical path can match. */
export function formsOf(pattern: string, router: AccessRouter): readonly PatternForm[] {
  if (!pattern.startsWith('/') && !pattern.startsWith('{')) return UNKNOWN;
  return router === 'express' ? expressForms(pattern) : fastifyForms(pattern);
}

// Express 5 matches with path-to-regexp 8: https://github.com/pillarjs/path-to-regexp

type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'param' | 'wildcard' }
  | { readonly type: 'group'; readonly tokens: readonly Token[] };

/** Token of path-to-regexp: an escaped character, a parameter, a wildcard, or a character. */
const EXPRESS_TOKEN =
  /\\(?<escaped>[^])|(?<sigil>[:*])(?:[$_\p{ID_Start}][$\u200c\u200d\p{ID_Continue}]*|"(?:\\[^]|[^"\\])+")|(?<char>[^])/uy;

function expressForms(pattern: string): readonly PatternForm[] {
  // Express strips trailing slashes from a pattern.
  const tokens = expressTokens(withoutSlashesBehind(pattern));
  const sequences = tokens && withoutGroups(tokens);
  return sequences?.flatMap(expressForm) ?? UNKNOWN;
}

/** Returns the tokens of a pattern; `null` for an invalid pattern. */
function expressTokens(pattern: string): Token[] | null {
  const open: Token[][] = [[]];
  for (const { groups = {} } of pattern.matchAll(new RegExp(EXPRESS_TOKEN, 'guy'))) {
    const { escaped, sigil, char } = groups;
    const tokens = open.at(-1);
    if (tokens === undefined) return null;
    if (sigil !== undefined) tokens.push({ type: sigil === ':' ? 'param' : 'wildcard' });
    else if (char === '{') open.push([]);
    else if (char === '}') {
      open.pop();
      open.at(-1)?.push({ type: 'group', tokens });
    } else if (char !== undefined && '()[]+?!:*\\'.includes(char)) return null;
    else tokens.push({ type: 'text', text: escaped ?? char ?? '' });
  }
  return open.length === 1 ? (open[0] ?? null) : null;
}

/** Returns every combination of the optional parts; `null` when there are too many. */
function withoutGroups(tokens: readonly Token[]): Token[][] | null {
  let sequences: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type !== 'group') {
      for (const sequence of sequences) sequence.push(token);
      continue;
    }
    const inner = withoutGroups(token.tokens);
    if (inner === null || sequences.length * (inner.length + 1) > MAX_FORMS) return null;
    sequences = sequences.flatMap((it) => [it, ...inner.map((more) => [...it, ...more])]);
  }
  return sequences;
}

function expressForm(tokens: readonly Token[]): PatternForm[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === 'text' && token.text === '/') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  const [head = [], ...rest] = parts;
  // A form without a leading slash matches no path. The exception is a leading wildcard, which matches the
  // slash, too.
  if (head.length > 0) return head[0]?.type === 'text' ? [] : [...UNKNOWN];
  if (rest.length === 0 || (rest.length === 1 && rest[0]?.length === 0)) {
    return [{ segments: [], hasRest: false, isExact: true }];
  }
  const segments: PatternSegment[] = [];
  let isExact = true;
  for (const [index, part] of rest.entries()) {
    // No canonical path has an empty segment.
    if (part.length === 0) return [];
    if (part.some(({ type }) => type === 'wildcard')) {
      const isLast = part.length === 1 && index === rest.length - 1;
      return [{ segments, hasRest: true, isExact: isExact && isLast }];
    }
    const at = part.findIndex(({ type }) => type === 'param');
    if (at === -1) segments.push({ text: textOf(part) });
    else if (part.findLastIndex(({ type }) => type === 'param') === at) {
      segments.push({ prefix: textOf(part.slice(0, at)), suffix: textOf(part.slice(at + 1)) });
    } else {
      segments.push(ANY);
      isExact = false;
    }
  }
  return [{ segments, hasRest: false, isExact }];
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.type === 'text' ? token.text : '')).join('');
}

// Fastify matches with find-my-way: https://github.com/delvedor/find-my-way

/** Text that find-my-way compares as it was sent. The rest of the path is decoded before the comparison. */
const FASTIFY_TEXT = /^[A-Za-z0-9\-._~$&+,=@]*$/;

/**
 * Parameter with its surrounding texts. It ends at `-` or `.`, and is compared decoded with the text after
 * it.
 */
const FASTIFY_PARAM = /^(?<prefix>[^:]*):[^:.-]+(?<suffix>(?:[.-][A-Za-z0-9\-._~]*)?)$/;

function fastifyForms(pattern: string): readonly PatternForm[] {
  const optional = /^(?<before>.*)(?<last>\/:[^/()]*)\?$/.exec(pattern)?.groups;
  if (optional) {
    const { before = '', last = '' } = optional;
    return [fastifyForm(before + last), fastifyForm(before === '' ? '/' : before)];
  }
  return [fastifyForm(pattern)];
}

function fastifyForm(pattern: string): PatternForm {
  const segments: PatternSegment[] = [];
  let isExact = true;
  if (pattern === '/') return { segments, hasRest: false, isExact };
  const parts = pattern.slice(1).split('/');
  for (const [index, part] of parts.entries()) {
    if (part === '*' && index === parts.length - 1) return { segments, hasRest: true, isExact };
    // Regular expressions may contain slashes.
    if (/[*(?{]/.test(part)) return { segments, hasRest: true, isExact: false };
    const segment = fastifySegment(part);
    segments.push(segment ?? ANY);
    isExact &&= segment !== null;
  }
  return { segments, hasRest: false, isExact };
}

function fastifySegment(part: string): PatternSegment | null {
  if (!part.includes(':')) return part !== '' && FASTIFY_TEXT.test(part) ? { text: part } : null;
  const { prefix = '/', suffix = '' } = FASTIFY_PARAM.exec(part)?.groups ?? {};
  return FASTIFY_TEXT.test(prefix) ? { prefix, suffix } : null;
}

/** Returns a pattern without its trailing slashes; `/` stays `/`. */
function withoutSlashesBehind(pattern: string): string {
  if (pattern === '/') return pattern;
  let end = pattern.length;
  while (pattern[end - 1] === '/') end -= 1;
  return pattern.slice(0, end);
}
