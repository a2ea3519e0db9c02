import { SessionOptionsError } from '../errors/session-options.error.js';
import { releaseOfPackage } from './package-release.js';

/** Options of `SessionAccessModule`. */
export interface SessionAccessModuleOptions {
  /**
   * Release of the service, as published.
   * @default the version in the nearest package.json, else the version that npm sets, else undefined
   */
  release?: string;
}

/** Maximum length of a release in an access catalogue. */
const RELEASE = /^.{1,256}$/;

/** Validated options, with every default filled in. */
export class SessionAccessOptions {
  readonly release: string | undefined;

  /** @throws SessionOptionsError naming the option and its expected value */
  constructor({ release }: SessionAccessModuleOptions) {
    this.release = release ?? ownRelease();
    if (this.release === undefined || RELEASE.test(this.release)) return;
    throw new SessionOptionsError(
      'release must be a version of at most 256 characters, on one line.',
    );
  }
}

/** Release of the package; `undefined` if its version is not valid as a release. */
function ownRelease(): string | undefined {
  const version = releaseOfPackage();
  return version !== undefined && RELEASE.test(version) ? version : undefined;
}
