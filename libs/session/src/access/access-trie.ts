import type { AccessRoute, AccessRouter } from './access-catalogue.js';
import type { PatternForm, PatternSegment } from './access-pattern.js';

/** Default maximum length of a parameter. Fastify skips a route with a longer parameter. */
const FASTIFY_MAX_PARAM_LENGTH = 100;

/** Route under one form of its pattern. */
export interface TrieEntry {
  readonly route: AccessRoute;
  /** Position in the order of registration. */
  readonly index: number;
  readonly form: PatternForm;
}

/** Routes that may run for a path. */
export interface TrieMatch {
  /** Express: in order of registration, all but the last conditional. Fastify: the most specific first. */
  readonly entries: readonly TrieEntry[];
  /**
   * Whether the route that runs cannot be determined: two suffixes of one segment fit, or a parameter is
   * empty.
   */
  readonly isAmbiguous: boolean;
}

class TrieNode {
  readonly texts = new Map<string, TrieNode>();
  /** Parameters by the text before them, the longest text first. */
  readonly prefixes = new TextTable<TextTable<TrieNode>>();
  /** Routes that end here. */
  readonly here: TrieEntry[] = [];
  /** Routes that match all following segments. */
  readonly rest: TrieEntry[] = [];
  /** Lowest index at or below this node. */
  first = Infinity;
}

/** Values by a text that a segment begins or ends with. More values do not make a look-up slower. */
class TextTable<T> {
  readonly byText = new Map<string, T>();
  /** Lengths of the texts, the greatest first. */
  lengths: readonly number[] = [];

  at(text: string, make: () => T): T {
    let value = this.byText.get(text);
    if (value === undefined) {
      this.byText.set(text, (value = make()));
      this.lengths = [...new Set([...this.lengths, text.length])].sort((a, b) => b - a);
    }
    return value;
  }
}

/** Intermediate result of one look-up. */
class Search {
  readonly entries: TrieEntry[] = [];
  isAmbiguous = false;
  /** Index of the first entry that is certain to run. */
  end = Infinity;

  constructor(readonly segments: readonly string[]) {}

  take(entries: readonly TrieEntry[]): void {
    for (const entry of entries) {
      this.entries.push(entry);
      if (!entry.route.isConditional) this.end = Math.min(this.end, entry.index);
    }
  }
}

/**
 * Trie of routes by the segments of their paths. The duration of a look-up depends on the path and on the
 * routes that match it, not on the number of routes.
 *
 * Letters match in both cases: a router that ignores case must not run a route that the look-up misses.
 */
export class AccessTrie {
  readonly #root = new TrieNode();
  /** Number of nodes visited so far. */
  visits = 0;

  constructor(
    private readonly router: AccessRouter,
    private readonly maxParamLength = FASTIFY_MAX_PARAM_LENGTH,
  ) {}

  insert(entry: TrieEntry): void {
    let node = this.#root;
    node.first = Math.min(node.first, entry.index);
    for (const segment of entry.form.segments) {
      node = child(node, segment);
      node.first = Math.min(node.first, entry.index);
    }
    const entries = entry.form.hasRest ? node.rest : node.here;
    // A route after an unconditional route never runs, except for conditional routes, which Fastify tries
    // first.
    const isLast = entries.some(({ route }) => !route.isConditional);
    if (!isLast || (this.router === 'fastify' && entry.route.isConditional)) entries.push(entry);
  }

  find(segments: readonly string[]): TrieMatch {
    const search = new Search(segments.map((it) => it.toLowerCase()));
    this.#visit(this.#root, 0, search);
    const { entries, end, isAmbiguous } = search;
    if (this.router === 'express') {
      const inOrder = entries.filter(({ index }) => index <= end);
      return { entries: inOrder.sort((a, b) => a.index - b.index), isAmbiguous };
    }
    return { entries, isAmbiguous };
  }

  /** Visits the most specific routes first, in Fastify's order. For Express, collects all candidates. */
  #visit(node: TrieNode, depth: number, search: Search): void {
    this.visits += 1;
    const segment = search.segments[depth];
    if (segment === undefined) {
      search.take(node.here);
      if (this.router === 'fastify' && depth === 0) this.#visitRoot(node, search);
      return;
    }
    this.#descend(node.texts.get(segment), depth, search);
    this.#visitParams(node, segment, depth, search);
    if (!this.#isDone(search)) search.take(node.rest);
  }

  /** Visits the root. Fastify's `*` also matches nothing, which in a canonical path only the root can be. */
  #visitRoot({ rest, prefixes }: TrieNode, search: Search): void {
    if (this.#isDone(search)) return;
    search.take(rest);
    // Fastify tries empty parameters first, which Nest's adapter then answers with 404.
    if (rest.length > 0 && prefixes.lengths.length > 0) search.isAmbiguous = true;
  }

  #visitParams({ prefixes }: TrieNode, segment: string, depth: number, search: Search): void {
    for (const before of prefixes.lengths) {
      if (before > segment.length || this.#isDone(search)) continue;
      const suffixes = prefixes.byText.get(segment.slice(0, before));
      if (suffixes) this.#visitSuffixes(suffixes, segment.slice(before), depth, search);
    }
  }

  #visitSuffixes(suffixes: TextTable<TrieNode>, text: string, depth: number, search: Search): void {
    const known = search.entries.length;
    let fitting = 0;
    for (const length of suffixes.lengths) {
      const value = text.length - length;
      if (value < 0 || (value === 0 && this.router === 'express')) continue;
      const next = suffixes.byText.get(text.slice(value));
      if (next === undefined || this.#isTooLong(text.slice(0, value))) continue;
      if (length > 0) fitting += 1;
      if (this.#isDone(search)) continue;
      const before = search.entries.length;
      this.#descend(next, depth, search);
      // Fastify accepts an empty parameter, which Nest's adapter then answers with 404.
      if (value === 0 && search.entries.length > before) search.isAmbiguous = true;
    }
    // Fastify's order for two texts that both end the segment depends on more than these texts.
    if (this.router === 'fastify' && fitting > 1 && search.entries.length > known) {
      search.isAmbiguous = true;
    }
  }

  #descend(node: TrieNode | undefined, depth: number, search: Search): void {
    if (node !== undefined && node.first <= search.end) this.#visit(node, depth + 1, search);
  }

  #isDone({ end }: Search): boolean {
    return this.router === 'fastify' && end !== Infinity;
  }

  #isTooLong(value: string): boolean {
    if (this.router === 'express' || value.length <= this.maxParamLength) return false;
    return decodeURIComponent(value).length > this.maxParamLength;
  }
}

function child(node: TrieNode, segment: PatternSegment): TrieNode {
  if ('prefix' in segment) {
    return node.prefixes
      .at(segment.prefix.toLowerCase(), () => new TextTable())
      .at(segment.suffix.toLowerCase(), () => new TrieNode());
  }
  const text = segment.text.toLowerCase();
  let next = node.texts.get(text);
  if (next === undefined) node.texts.set(text, (next = new TrieNode()));
  return next;
}
