import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';

/**
 * @param version such as '20.19.0'
 * @throws Error when Node.js is older than package.json (engines) requires
 */
export function requireNodeVersion(version: string = process.versions.node): void {
  const manifest = readFileSync(join(repositoryRoot, 'package.json'), 'utf8');
  const range = (JSON.parse(manifest) as { engines: { node: string } }).engines.node;
  const [oldestMajor = 0, oldestMinor = 0] = numbers(range);
  const [major = 0, minor = 0] = numbers(version);
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new Error(`Node.js ${version} is too old: install ${range}, see https://nodejs.org.`);
  }
}

function numbers(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}
