import { readFileSync } from 'node:fs';
import { findOnPath } from '../processes/find-on-path';

/** Properties of this computer that decide how to install a Redis server. */
export interface Machine {
  /** Operating systems that install packages in the same way. */
  readonly family: 'debian' | 'fedora' | 'suse' | 'arch' | 'alpine' | 'macos' | 'other';
  /** Whether a package can be installed without a password or a question. */
  readonly installsUnasked: boolean;
}

const LINUX_FAMILIES = ['debian', 'fedora', 'suse', 'arch', 'alpine'] as const;

export function thisMachine(): Machine {
  const family = process.platform === 'darwin' ? 'macos' : linuxFamily(readOsRelease());
  return {
    family,
    installsUnasked:
      family === 'debian' && process.getuid?.() === 0 && findOnPath('apt-get') !== null,
  };
}

/**
 * Returns the family that a Linux distribution declares.
 *
 * @param osRelease text of os-release(5): ID is the distribution, ID_LIKE lists its parents
 */
export function linuxFamily(osRelease: string): Machine['family'] {
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].map(([, id]) => id);
  const words = ids.join(' ').split(' ');
  return LINUX_FAMILIES.find((family) => words.includes(family)) ?? 'other';
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
