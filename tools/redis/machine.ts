import { readFileSync } from 'node:fs';
import { findOnPath } from '../processes/find-on-path';

/** What decides how a Redis server gets onto this computer. */
export interface Machine {
  /** The operating systems that share a way to install packages. */
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
 * The family that a Linux distribution counts itself to.
 *
 * @param osRelease text of os-release(5): ID is the distribution, ID_LIKE those it is made from
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
