import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

const TOOLS = `${sep}node_modules${sep}`;

/**
 * Returns the version of the package that contains a program, independent of how the program was started.
 *
 * @param program Path of the script. For a tool in `node_modules` the working directory counts instead.
 * @returns `undefined` without a version
 */
export function releaseOfPackage(program = process.argv[1]): string | undefined {
  const isTool = program === undefined || program.includes(TOOLS);
  for (let folder = isTool ? process.cwd() : dirname(program); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return versionIn(file) ?? process.env.npm_package_version;
    if (dirname(folder) === folder) return process.env.npm_package_version;
  }
}

function versionIn(file: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
    return typeof version === 'string' && version !== '' ? version : undefined;
  } catch {
    return undefined;
  }
}
