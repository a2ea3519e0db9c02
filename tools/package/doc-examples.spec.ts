import { docExamples, examplesOf } from './doc-examples';
import { type PublicName, publicNames } from './public-names';

/** Classes that an application injects or creates, and whose methods it calls. */
const CALLED = [
  ...['SessionManager', 'SessionCookie', 'Sessions', 'SessionCalls', 'SessionContext'],
  ...['SessionEvents', 'AccessDirectory', 'AccessRules', 'IdentitySigner'],
  ...['SessionHealthIndicator', 'SignedInUser'],
];

/** Classes that an application extends, creates or reads. */
const NAMED = [
  ...['SecurityLog', 'NestSecurityLog', 'SessionAuthorizer', 'SessionGuard', 'LimitedTcpServer'],
  ...['MemorySessionStore', 'NearCacheCounters', 'RpcCounters', 'SessionCounters'],
  ...['SessionException', 'SessionStoreUnavailableError', 'SessionDataExistsError'],
];

/** Methods that only the library calls. */
const NOT_CALLED = ['SessionEvents.publish'];

describe('the doc comments of the library', () => {
  const given = new Set(docExamples().map(({ name }) => name));
  const names = publicNames();
  const namesOf = (kind: PublicName['kind']) =>
    names.filter((it) => it.kind === kind).map(({ name }) => name);
  const withoutExample = (wanted: readonly string[]) => wanted.filter((name) => !given.has(name));

  it('give an example for every function and decorator', () => {
    const functions = namesOf('function');
    expect(functions).toEqual(expect.arrayContaining(['Roles', 'CurrentUser', 'signInAs']));
    expect(withoutExample(functions)).toEqual([]);
  });

  it('give an example for every module', () => {
    const modules = namesOf('class').filter((name) => name.endsWith('Module'));
    expect(modules).toEqual(expect.arrayContaining(['SessionModule', 'SessionTestingModule']));
    expect(withoutExample(modules)).toEqual([]);
  });

  it('give an example for every class that an application names', () => {
    expect(namesOf('class')).toEqual(expect.arrayContaining(NAMED));
    expect(withoutExample(NAMED)).toEqual([]);
  });

  it('give an example for every method that an application calls', () => {
    const methods = namesOf('method').filter(
      (name) => CALLED.includes(name.split('.')[0] ?? '') && !NOT_CALLED.includes(name),
    );
    expect(new Set(methods.map((name) => name.split('.')[0]))).toEqual(new Set(CALLED));
    expect(withoutExample(methods)).toEqual([]);
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
