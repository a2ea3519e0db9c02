import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docExamples, examplesOf } from './doc-examples';
import { entryPoints } from './entry-points';
import { librarySourceFolder } from './library-sources';

/** Names that an application calls first, in addition to all modules. */
const FIRST_CALLED = [
  ...[
    'Roles',
    'Public',
    'OptionalSession',
    'SkipCache',
    'RequireRecentSignIn',
    'AllowServices',
    'ServicesOnly',
  ],
  ...['AcceptsChangedClient', 'CurrentSession', 'CurrentUser', 'CurrentCaller', 'OnSessionEvent'],
  ...['SessionAuthorizer', 'SecurityLog', 'Sessions', 'SessionCookie', 'SessionEvents'],
  ...['create', 'rotate', 'find', 'revoke', 'revokeAll', 'listByUser', 'setRoles'].map(
    (method) => `SessionManager.${method}`,
  ),
  ...['SessionCalls', 'SessionCalls.client', 'SessionCalls.fetch', 'SessionCalls.headersFor'],
  ...['SessionCalls.asService', 'SessionCalls.bind', 'LimitedTcpServer', 'limitedGrpcOptions'],
  ...['createSessionManager', 'createRedisClient'],
  ...['signInAs', 'failStore', 'SignedInUser'],
];

/** Returns the modules that the entry points export. */
function modules(): string[] {
  const sources = entryPoints().map(({ file }) =>
    readFileSync(join(librarySourceFolder, `${file}.ts`), 'utf8'),
  );
  return sources.flatMap((source) => source.match(/\b[A-Z]\w+Module\b(?=[ ,])/g) ?? []);
}

describe('the doc comments of the library', () => {
  it('give an example for every name that an application calls first', () => {
    const given = new Set(docExamples().map(({ name }) => name));
    const wanted = [...new Set([...modules(), ...FIRST_CALLED])];
    expect(wanted.length).toBeGreaterThan(40);
    expect(wanted.filter((name) => !given.has(name))).toEqual([]);
  });
});

describe('the examples of a source', () => {
  it('are found on functions, constants, classes and their members', () => {
    const source = `
/**
 * Adds.
 *
 * @param a First.
 * @example
 * add(1, 2);
 * @returns the sum
 */
export function add() {}

/** @example
 * zero; */
export const zero = 0;

/** No example. */
@Injectable()
export class Sum {
  /**
   * @example
   * \`\`\`ts
   * @Get()
   * list() {}
   * \`\`\`
   *
   * @example
   * sum.of([]);
   */
  of() {}
}
`;
    expect(examplesOf('sum.ts', source)).toEqual([
      { file: 'sum.ts', name: 'add', code: 'add(1, 2);\n' },
      { file: 'sum.ts', name: 'zero', code: 'zero;\n' },
      { file: 'sum.ts', name: 'Sum.of', code: '@Get()\nlist() {}\n' },
      { file: 'sum.ts', name: 'Sum.of', code: 'sum.of([]);\n' },
    ]);
  });
});
