import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { ensureRedisServer } from '../../../tools/redis/ensure-redis-server';
import { redisBinaryVersion } from '../../../tools/redis/redis-version';

/** What has to be known of a machine to make something of its figures. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly redis: string;
  readonly date: string;
  /** The commit that was measured; with a plus sign when files had been changed since. */
  readonly commit: string;
}

export async function machineFacts(): Promise<MachineFacts> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    redis: await redisBinaryVersion(await ensureRedisServer()),
    date: new Date().toISOString(),
    commit: currentCommit(),
  };
}

function currentCommit(): string {
  try {
    const hasChanges = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short', 'HEAD') + (hasChanges ? '+' : '');
  } catch {
    // Not a clone: an archive, or an image.
    return 'unknown';
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
