import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { ensureRedisServer } from '../../../tools/redis/ensure-redis-server';
import { redisBinaryVersion } from '../../../tools/redis/redis-version';

/** Facts about the machine that are needed to interpret its figures. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly redis: string;
  readonly date: string;
  /** Commit under test, with a plus sign when files have changed since. */
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
    // An archive or an image has no Git repository.
    return 'unknown';
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
