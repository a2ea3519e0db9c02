import { join } from 'node:path';
import { programOf } from '../../../tools/testing/program-of.js';

/** Sources that fill in what an app may omit. They must compile whatever the app declares. */
const DEFAULTS = ['/src/issuer/session.manager.ts', '/src/testing/sign-in-as.ts'];

// `npm run typecheck` compiles undeclared.ts. Declarations hold for a whole program, so this program is apart.
describe('an app that declares fields of SessionData and SessionUser', () => {
  it('compiles, and each mistake in declared.ts is a compiler error', () => {
    const program = programOf(join(__dirname, 'declared/tsconfig.json'));
    const files = program
      .getSourceFiles()
      .filter(({ fileName }) => ['/declared/', ...DEFAULTS].some((it) => fileName.includes(it)));

    const problems = files.flatMap((file) => program.getSemanticDiagnostics(file));

    expect(files).toHaveLength(2 + DEFAULTS.length);
    expect(problems.map(({ messageText }) => messageText)).toEqual([]);
  });
});
