import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** First version with PEXPIRE GT, so that a renewal of the idle timeout never shortens a session's life. */
export const OLDEST_REDIS = '7.0';

/** Whether a version such as '7.2.4' is new enough. */
export function isSupportedRedis(version: string): boolean {
  const [major = 0] = version.split('.').map(Number);
  const [oldestMajor = 0] = OLDEST_REDIS.split('.').map(Number);
  return major >= oldestMajor;
}

/**
 * Returns the version that a server's program reports. Valkey continues the numbers of Redis 7.2.
 *
 * @throws Error when the program reports no version
 */
export async function redisBinaryVersion(binary: string): Promise<string> {
  const { stdout } = await promisify(execFile)(binary, ['--version']);
  const version = /\bv=(\d+(?:\.\d+)*)/.exec(stdout)?.[1];
  if (version === undefined) {
    throw new Error(`${binary} --version prints no version of Redis or Valkey: ${stdout}`);
  }
  return version;
}
