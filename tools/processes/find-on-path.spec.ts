import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder';
import { findOnPath } from './find-on-path';

describe('findOnPath', () => {
  const folder = temporaryFolder();

  it('finds the first program of that name', () => {
    const [first, second] = [join(folder(), 'first'), join(folder(), 'second')];
    for (const bin of [first, second]) {
      mkdirSync(bin);
      writeFileSync(join(bin, 'tool'), '', { mode: 0o755 });
    }

    expect(findOnPath('tool', { PATH: [first, second].join(delimiter) })).toBe(join(first, 'tool'));
  });

  it('skips files and folders that cannot be run', () => {
    writeFileSync(join(folder(), 'text'), '', { mode: 0o644 });
    mkdirSync(join(folder(), 'folder'));

    expect(findOnPath('text', { PATH: folder() })).toBeNull();
    expect(findOnPath('folder', { PATH: folder() })).toBeNull();
  });

  it('finds nothing on an empty PATH', () => {
    expect(findOnPath('node', {})).toBeNull();
    expect(findOnPath('node', { PATH: '' })).toBeNull();
  });
});
