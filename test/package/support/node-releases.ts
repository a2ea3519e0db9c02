import { join } from 'node:path';
import { cachedPackage } from './npm';

/** Oldest release of each supported line, and the newest line. */
export const NODE_RELEASES = ['20.19.0', '22.12.0', '24.21.0'] as const;

/** Returns the program of a Node.js release, from npm's package `node`. */
export async function nodeRelease(version: string): Promise<string> {
  return join(await cachedPackage('node', version), 'bin/node');
}
