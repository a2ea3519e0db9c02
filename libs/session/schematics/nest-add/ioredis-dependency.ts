import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/**
 * Text of a package.json with ioredis among its dependencies; the same text if it has ioredis already. The layout
 * and the order are those of package managers.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function withIoredis(text: string, version: string): string {
  const manifest = JSON.parse(text) as Manifest;
  const { dependencies = {}, devDependencies, peerDependencies } = manifest;
  if ('ioredis' in { ...dependencies, ...devDependencies, ...peerDependencies }) return text;
  const entries = Object.entries({ ...dependencies, ioredis: version });
  manifest.dependencies = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  const indentation = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  const json = JSON.stringify(manifest, null, indentation) + (text.endsWith('\n') ? '\n' : '');
  return text.includes('\r\n') ? json.replaceAll('\n', '\r\n') : json;
}

/** Newest range of ioredis that this package supports: the last alternative of its peer dependency. */
export function supportedIoredis(): string {
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  const { peerDependencies } = JSON.parse(text) as Manifest;
  const range = peerDependencies?.ioredis?.split('||').at(-1)?.trim();
  if (range === undefined) throw new Error('nest-sessions names no peer dependency ioredis.');
  return range;
}
