import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder';
import { findRedisServer } from './find-redis-server';

describe('findRedisServer', () => {
  const folder = temporaryFolder();
  const addProgram = (name: string) => {
    writeFileSync(join(folder(), name), '', { mode: 0o755 });
  };

  it('prefers Redis', () => {
    addProgram('valkey-server');
    addProgram('redis-server');

    expect(findRedisServer({ PATH: folder() })).toBe(join(folder(), 'redis-server'));
  });

  it('accepts Valkey as well', () => {
    addProgram('valkey-server');

    expect(findRedisServer({ PATH: folder() })).toBe(join(folder(), 'valkey-server'));
  });

  it('returns null when there is no server', () => {
    expect(findRedisServer({ PATH: folder() })).toBeNull();
  });
});
