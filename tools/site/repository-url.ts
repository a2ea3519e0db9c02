import type { Manifest } from '../package/package-manifest';

/**
 * Returns the address under which readers see the repository: `repository` of package.json, as a web page;
 * `undefined` without one.
 */
export function repositoryUrl({ repository }: Pick<Manifest, 'repository'>): string | undefined {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}
