import { changelogSections } from './changelog';

/** State of the repository before a release. */
export interface ReleaseFacts {
  readonly workspaceVersion: string;
  readonly libraryVersion: string;
  /** Whether package.json names the repository. npm compares it with the signed provenance. */
  readonly hasRepository: boolean;
  readonly changelog: string;
  /** Files that Git reports as changed or new. */
  readonly changedFiles: readonly string[];
  /** Git tag that starts the release; `null` before it exists. */
  readonly tag: string | null;
}

export interface ReleaseProblems {
  /** Problems that make a release wrong at any time. */
  readonly errors: readonly string[];
  /** Steps that are left before the tag. With a tag, they are errors. */
  readonly open: readonly string[];
}

/** Returns the tag of a version. */
export function tagOf(version: string): string {
  return `v${version}`;
}

/** Checks the state of the repository. Each problem names its solution. */
export function releaseProblems(facts: ReleaseFacts): ReleaseProblems {
  const { workspaceVersion: version, libraryVersion, changedFiles, tag } = facts;
  const section = changelogSections(facts.changelog).find((it) => it.version === version);
  const errors = [
    ...(changedFiles.length === 0
      ? []
      : [`The tree has changes: commit or remove ${changedFiles.join(', ')}.`]),
    ...(libraryVersion === version
      ? []
      : [
          `package.json has version ${version}, libs/session/package.json ${libraryVersion}: set both to the same.`,
        ]),
    ...(section === undefined
      ? [`CHANGELOG.md has no section for ${version}: add "## ${version} - <date>".`]
      : section.entries.length === 0
        ? [`The section ${version} of CHANGELOG.md is empty: describe the release.`]
        : []),
    ...(tag === null || tag === tagOf(version)
      ? []
      : [`The tag is ${tag}, the version ${version}: tag the commit with ${tagOf(version)}.`]),
  ];
  const open = [
    ...(section?.date === null
      ? [`Replace "not released yet" after ${version} in CHANGELOG.md by the date.`]
      : []),
    ...(facts.hasRepository
      ? []
      : ['Add "repository" to package.json: npm refuses the provenance without it.']),
  ];
  return tag === null ? { errors, open } : { errors: [...errors, ...open], open: [] };
}
