import { join } from 'node:path';
import { programOf } from '../../tools/testing/program-of';

describe('the code of the recipe "Typed data"', () => {
  it('compiles, and each mistake in mistakes.ts is a compiler error', () => {
    const compiled = programOf(join(__dirname, 'typed-data/tsconfig.json'));
    const files = compiled
      .getSourceFiles()
      .filter(({ fileName }) => fileName.includes('/test/recipes/typed-data/'));

    const problems = files.flatMap((file) => compiled.getSemanticDiagnostics(file));

    expect(files).toHaveLength(5);
    expect(problems.map(({ messageText }) => messageText)).toEqual([]);
  });
});
