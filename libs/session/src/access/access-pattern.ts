import type { AccessRouter } from './access-router.js';

/** A segment of a pattern: a text, or one parameter with texts around it. */
export type PatternSegment =
  { readonly text: string } | { readonly prefix: string; readonly suffix: string };

/** One of the forms of a pattern: with or without what is optional. */
export interface PatternForm {
  readonly segments: readonly PatternSegment[];
  /** Whether one segment or more follow, whatever they are. */
  readonly hasRest: boolean;
  /**
   * Whether it matches what the router matches. Else it matches more: all that the router may match, in a
   * syntax that is not understood here.
   */
  readonly isExact: boolean;
}

const ANY: PatternSegment = { prefix: '', suffix: '' };

/** Everything. */
const UNKNOWN: readonly PatternForm[] = [
  { segments: [], hasRest: false, isExact: false },
  { segments: [], hasRest: true, isExact: false },
];

/** The most forms that are looked at of one pattern; each optional part doubles their number. */
const MAX_FORMS = 32;

/** The forms of a route's pattern. None where no canonical path can match. */
export function formsOf(pattern: string, router: AccessRouter): readonly PatternForm[] {
  if (!pattern.startsWith('/') && !pattern.startsWith('{')) return UNKNOWN;
  return router === 'express' ? expressForms(pattern) : fastifyForms(pattern);
}

// Express 5 matches with path-to-regexp 8: https://github.com/pillarjs/path-to-regexp

type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'param' | 'wildcard' }
  | { readonly type: 'group'; readonly tokens: readonly Token[] };

/** A token of path-to-regexp: an escaped character, a parameter, a wildcard, or a character. */
const EXPRESS_TOKEN =
  /\\(?<escaped>[^])|(?<sigil>[:*])(?:[$_\p{ID_Start}][$\u200c\u200d\p{ID_Continue}]*|"(?:\\[^]|[^"\\])+")|(?<char>[^])/uy;

function expressForms(pattern: string): readonly PatternForm[] {
  // Express takes slashes off the end of a pattern.
  const tokens = expressTokens(withoutSlashesBehind(pattern));
  const sequences = tokens && withoutGroups(tokens);
  return sequences?.flatMap(expressForm) ?? UNKNOWN;
}

/** `null` for what is no pattern. */
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

/** Every choice of what is optional; `null` when they are too many. */
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
  // Without a slash at its beginning it matches no path, but for a wildcard, which takes that as well.
  if (head.length > 0) return head[0]?.type === 'text' ? [] : [...UNKNOWN];
  if (rest.length === 0 || (rest.length === 1 && rest[0]?.length === 0)) {
    return [{ segments: [], hasRest: false, isExact: true }];
  }
  const segments: PatternSegment[] = [];
  let isExact = true;
  for (const [index, part] of rest.entries()) {
    // An empty segment: no canonical path has one.
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

/** Texts that it compares as they were sent. It decodes the rest of the path before it looks. */
const FASTIFY_TEXT = /^[A-Za-z0-9\-._~$&+,=@]*$/;

/** A parameter ends at `-` or `.`, and is compared decoded with what follows. */
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
    // Regular expressions may hold slashes.
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

/** A pattern without the slashes at its end; one of a slash alone is that slash. */
function withoutSlashesBehind(pattern: string): string {
  if (pattern === '/') return pattern;
  let end = pattern.length;
  while (pattern[end - 1] === '/') end -= 1;
  return pattern.slice(0, end);
}
