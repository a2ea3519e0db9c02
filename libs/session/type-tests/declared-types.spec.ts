import { join } from 'node:path';
import ts from 'typescript';

/** Sources that fill in what an app may omit. They must compile whatever the app declares. */
const DEFAULTS = ['/src/issuer/session.manager.ts', '/src/testing/sign-in-as.ts'];

function declaringProgram(): ts.Program {
  const path = join(__dirname, 'declared/tsconfig.json');
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const { fileNames = [], options } = ts.getParsedCommandLineOfConfigFile(path, {}, host) ?? {};
  return ts.createProgram(fileNames, options ?? {});
}

// `npm run typecheck` compiles undeclared.ts. Declarations hold for a whole program, so this program is apart.
describe('an app that declares fields of SessionData and SessionUser', () => {
  it('compiles, and each mistake in declared.ts is a compiler error', () => {
    const program = declaringProgram();
    const files = program
      .getSourceFiles()
      .filter(({ fileName }) => ['/declared/', ...DEFAULTS].some((it) => fileName.includes(it)));

    const problems = files.flatMap((file) => program.getSemanticDiagnostics(file));

    expect(files).toHaveLength(2 + DEFAULTS.length);
    expect(problems.map(({ messageText }) => messageText)).toEqual([]);
  });
});
