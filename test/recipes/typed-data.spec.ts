import { join } from 'node:path';
import ts from 'typescript';

/** Program of the page's code. Its declarations hold for a whole program, so it is apart from the others. */
function program(): ts.Program {
  const path = join(__dirname, 'typed-data/tsconfig.json');
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const { fileNames = [], options } = ts.getParsedCommandLineOfConfigFile(path, {}, host) ?? {};
  return ts.createProgram(fileNames, options ?? {});
}

describe('the code of the recipe "Typed data"', () => {
  it('compiles, and each mistake in mistakes.ts is a compiler error', () => {
    const compiled = program();
    const files = compiled
      .getSourceFiles()
      .filter(({ fileName }) => fileName.includes('/test/recipes/typed-data/'));

    const problems = files.flatMap((file) => compiled.getSemanticDiagnostics(file));

    expect(files).toHaveLength(5);
    expect(problems.map(({ messageText }) => messageText)).toEqual([]);
  });
});
