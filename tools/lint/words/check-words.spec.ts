// words-off: the examples of the rules break the rules
import { eachRow } from '../../testing/each-row';
import { checkWords, describeProblem } from './check-words';

const rulesOf = (path: string, source: string) => checkWords(path, source).map(({ rule }) => rule);

describe('checkWords', () => {
  it('reports each unclear phrase by the name of its rule', () =>
    eachRow(
      [
        ['What came of the rotation.', 'headless-start'],
        ['The cookie is set. Who signs out is rejected.', 'headless-start'],
        ['The service answers 408 to who never finishes.', 'no-who'],
        ['Nobody waits for the renewal.', 'no-who'],
        ['Deletes one that was superseded.', 'bare-pronoun'],
        ['Redis tells of every change.', 'said-and-told'],
        ['The client is told to retry.', 'said-and-told'],
        ['The guard lets the request in.', 'let-in'],
        ['The option lets every such service in when it is set.', 'let-in'],
        ['A banned user is kept out.', 'let-in'],
        ['A malformed record is none.', 'is-none'],
        ['The key is made anew.', 'anew'],
        ['The cookie stands beside the header.', 'beside'],
        ['Each request slides the timeout.', 'private-term'],
        ['A request that comes to an end is counted.', 'idiom'],
        [`A request ${'waits and '.repeat(25)}ends.`, 'long-sentence'],
      ] as const,
      ([sentence, rule]) => {
        expect(rulesOf('page.md', sentence)).toEqual([rule]);
        expect(rulesOf('code.ts', `/** ${sentence} */`)).toEqual([rule]);
        expect(rulesOf('service.yaml', `# ${sentence}`)).toEqual([rule]);
      },
    ));

  it('accepts clear prose, and ordinary uses of the same words', () =>
    eachRow(
      [
        'Result of a rotation.',
        'What does a session cost?',
        'Users who sign out lose their session.',
        'Exactly one instance emits the event.',
        'The session is in memory, besides the store.',
        'The next request is rejected; see what changed.',
        'It keeps the order of the keys.',
        'The store lets callers wait in turns, and users sign in.',
        'Node.js lets processes in a cluster share a port.',
        'See `nobody` and https://example.com/nobody/beside.',
      ],
      (sentence) => {
        expect(checkWords('page.md', sentence)).toEqual([]);
        expect(checkWords('code.ts', `// ${sentence}`)).toEqual([]);
      },
    ));

  it('checks test titles and messages, but no identifiers, patterns or scripts', () => {
    const source = [
      "it('answers 401 to whoever is signed out', () => {});",
      'throw new Error(`${name} is told of the change`);',
      "const user = 'nobody';",
      "const path = '/anew/beside';",
      'const pattern = /nobody waits anew/;',
      'const script = `\n-- nobody waits anew\n`;',
    ].join('\n');

    expect(checkWords('code.ts', source).map(({ line, rule }) => [line, rule])).toEqual([
      [1, 'no-who'],
      [2, 'said-and-told'],
    ]);
  });

  it('reads a sentence across the lines of a comment, and reports its first line', () => {
    const source = [
      'const first = 1;',
      '/**',
      ' * Starts the timer. The answer is',
      ' * told to all instances.',
      ' *',
      ' * @param name What the caller is.',
      ' * @example',
      " * run('nobody waits anew');",
      ' */',
      'const url = "http://host"; // Nobody reads it.',
    ].join('\n');

    expect(checkWords('code.ts', source).map(({ line, rule }) => [line, rule])).toEqual([
      [3, 'said-and-told'],
      [6, 'headless-start'],
      [10, 'no-who'],
    ]);
  });

  it('leaves out headings, code and quoted test titles of a page, and reads its tables', () => {
    const page = [
      '# What a session costs',
      '',
      '```sh',
      'whoami # nobody',
      '```',
      '',
      'The test “tells nobody” covers it.',
      '',
      '| answer | cause |',
      '| ------ | ----- |',
      '| 401    | Nobody is signed in. |',
    ].join('\n');

    expect(checkWords('page.md', page).map(({ line, rule }) => [line, rule])).toEqual([
      [11, 'no-who'],
    ]);
  });

  it('reads the comments of settings and scripts, but no values', () => {
    const source = ['#!/bin/sh', '# Nobody waits', '# for it.', 'user=nobody # anew'].join('\n');
    expect(checkWords('start.sh', source).map(({ line, rule }) => [line, rule])).toEqual([
      [2, 'no-who'],
    ]);
  });
});

describe('an exception', () => {
  const REASON = 'quotes the name of a user';

  it('allows the sentence on its own line and on the next one', () => {
    const source = [
      `// words-ok: ${REASON}`,
      "run('signs in as nobody at all');",
      "run('signs in as nobody at all');",
      `run('signs in as nobody at all'); // words-ok: ${REASON}`,
    ].join('\n');
    expect(checkWords('code.ts', source).map(({ line }) => line)).toEqual([3]);
  });

  it('allows a whole file', () => {
    const page = `<!-- words-off: ${REASON} -->\n\nNobody waits.\n\nNobody waits.`;
    expect(checkWords('page.md', page)).toEqual([]);
  });

  it('needs a reason', () => {
    const source = "// words-ok: user\nrun('signs in as nobody at all');";
    expect(rulesOf('code.ts', source)).toEqual(['exception', 'no-who']);
  });

  it('must be of use', () => {
    expect(rulesOf('code.ts', `// words-ok: ${REASON}\nrun('signs in as alice today');`)).toEqual([
      'exception',
    ]);
  });
});

describe('describeProblem', () => {
  it('names the place, the sentence and what to write instead', () => {
    const [problem] = checkWords('docs/page.md', 'Text.\n\nThe key is made anew.');
    expect(problem && describeProblem(problem)).toBe(
      'docs/page.md:3: anew\n' +
        '    The key is made anew.\n' +
        '    → write "again", or the verb itself: "re-authenticate", "restart"',
    );
  });
});
