import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../../../tools/repository-root';
import { ManualStepError } from './manual-step.error';
import { loadTypeScript } from './load-typescript';

describe('loadTypeScript', () => {
  const empty = mkdtempSync(join(tmpdir(), 'no-typescript-'));
  afterAll(() => {
    rmSync(empty, { recursive: true });
  });

  it("loads the project's compiler", () => {
    expect(loadTypeScript(repositoryRoot, undefined).version).toMatch(/^\d/);
  });

  it('loads the compiler of the running command for a project without one', () => {
    const script = join(repositoryRoot, 'node_modules/@nestjs/cli/bin/nest.js');
    expect(loadTypeScript(empty, script).version).toMatch(/^\d/);
  });

  it('passes over a compiler without an API that parses files', () => {
    const script = join(repositoryRoot, 'node_modules/@nestjs/cli/bin/nest.js');
    for (const [i, manifest] of [{ main: 'index.js' }, { exports: {} }].entries()) {
      const project = join(empty, `project-${i}`);
      const folder = join(project, 'node_modules/typescript');
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, 'package.json'),
        JSON.stringify({ version: '7.0.0', ...manifest }),
      );
      writeFileSync(join(folder, 'index.js'), 'module.exports = { version: "7.0.0" };');
      expect(loadTypeScript(project, script).version).not.toBe('7.0.0');
    }
  });

  it('gives up where there is no compiler', () => {
    expect(() => loadTypeScript(empty, join(empty, 'script.js'))).toThrow(ManualStepError);
  });
});
