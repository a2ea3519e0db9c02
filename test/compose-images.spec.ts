import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';
import { ComposeProject } from './support/compose-project';
import { filledIn } from './support/compose-values';
import { copiedIn, stage, STAGES } from './support/dockerfile';

const inRepository = (path: string) => join(repositoryRoot, path);

/** Returns the names that .dockerignore keeps in the build context. */
function letThrough(): string[] {
  const [first, ...rules] = readFileSync(inRepository('.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  return rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
}

describe('docker/Dockerfile', () => {
  it('has a stage for every image that Compose builds', () => {
    const { services } = new ComposeProject('docker/single/compose.yaml', filledIn());
    const built = Object.entries(services).filter(([, { build }]) => build !== undefined);
    expect(built.map(([name]) => name)).toEqual(['auth', 'users', 'orders', 'products']);
    for (const [name, { build }] of built) expect(stage(name).name).toBe(build?.target);
  });

  it('copies only existing files that .dockerignore does not exclude', () => {
    const copied = STAGES.flatMap(copiedIn);
    expect(copied).toContain('package.json');
    for (const path of copied) {
      expect(existsSync(inRepository(path))).toBe(true);
      expect(letThrough().some((it) => path === it || path.startsWith(`${it}/`))).toBe(true);
    }
  });

  it('copies only from earlier stages', () => {
    for (const [position, { instructions }] of STAGES.entries()) {
      for (const [, argument] of instructions) {
        const from = /^--from=(\S+)/.exec(argument)?.[1];
        if (from !== undefined)
          expect(STAGES.slice(0, position).map((it) => it.name)).toContain(from);
      }
    }
  });

  it('pins Node.js to a major version that the project supports', () => {
    const images = STAGES.map(({ base }) => base).filter(
      (base) => !STAGES.some((it) => it.name === base),
    );
    expect(new Set(images)).toEqual(new Set(['node:24-slim']));
  });
});
