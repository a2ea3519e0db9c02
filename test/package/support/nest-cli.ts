import { join } from 'node:path';
import { cachedPackage } from './npm';

/** Releases of the Nest CLI with which the tests make projects: the newest of each major version. */
export const NEST_CLI_RELEASES = ['12.0.8', '11.0.24'] as const;

/** Returns the program of a release. */
export async function nestCli(release: (typeof NEST_CLI_RELEASES)[number]): Promise<string> {
  return join(await cachedPackage('@nestjs/cli', release), 'bin/nest.js');
}
