/** A pattern of unclear prose, and the advice on what to write in its place. */
export interface WordRule {
  readonly name: string;
  /** Matches inside one sentence, whose code is replaced by `CODE`. */
  readonly pattern: RegExp;
  readonly advice: string;
}

/** Words before a relative clause that make it a phrase without a noun. */
const BARE_PRONOUN = 'one|ones|those';

/** Rules for comments, messages, test titles and Markdown. */
export const WORD_RULES: readonly WordRule[] = [
  {
    name: 'headless-start',
    pattern: /^(?:What|Whatever|Who|Whoever|Whom|Whose)\s(?!.*\?$)/,
    advice: 'start with a noun or a verb: "Result of a rotation", "A logout takes effect"',
  },
  {
    name: 'no-who',
    pattern: /\b(?:whoever|whomever|nobody|somebody)\b|\b(?:to|for|by|of|from|with) who\b/i,
    advice: 'name the subject: "the client", "the service", "no session", "another user"',
  },
  {
    name: 'bare-pronoun',
    pattern: new RegExp(
      `\\b(?:${BARE_PRONOUN}) (?:that|which|who) (?:is|are|was|were|has)\\b`,
      'i',
    ),
    advice: 'name the noun: "a superseded session", "the revoked token"',
  },
  {
    name: 'said-and-told',
    pattern:
      /\b(?:is|are|was|were|be) (?:told|said)\b|\b(?:tells?|told|telling) (?:of|about|it|them|us|that|what|whether|when|where|how)\b/i,
    advice: 'use log, emit, report, return, publish or send',
  },
  {
    name: 'let-in',
    pattern:
      /\b(?:lets?|letting) (?:(?:an?|the|no|each|every|such|all) )*(?:[\w-]+ )?in(?=[.,;:)]|$| (?:with|without|only|when|if|as|again)\b)|\b(?:keeps?|kept) out\b/i,
    advice: 'use authorize, admit or reject',
  },
  {
    name: 'is-none',
    pattern: /\b(?:is|are|was|were) none\b/i,
    advice: 'write "is not valid", "there is no …"',
  },
  {
    name: 'anew',
    pattern: /\banew\b/i,
    advice: 'write "again", or the verb itself: "re-authenticate", "restart"',
  },
  {
    name: 'beside',
    pattern: /\bbeside\b/i,
    advice: 'write "next to", "with" or "in addition to"',
  },
  {
    name: 'private-term',
    pattern: /\b(?:doors?|knocks?|kin|slid|slides?|sliding)\b/i,
    advice: 'use the standard term: transport, rotation chain, renew the idle timeout',
  },
  {
    name: 'idiom',
    pattern:
      /\b(?:for want of|comes? to an end|came to an end|in no way|is over with|no place to|at a loss)\b/i,
    advice: 'use plain words: "without", "ends", "not"',
  },
];

/** Limit of a sentence. The aim is 25; the rest leaves room for names and figures. */
export const MOST_WORDS = 45;
