import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceManifest } from '../package/package-manifest';
import { repositoryRoot } from '../repository-root';
import { eachRow } from '../testing/each-row';
import { changelogSections } from './changelog';
import { describePackage } from './package-files';
import { type ReleaseFacts, releaseProblems } from './release-problems';

const READY: ReleaseFacts = {
  workspaceVersion: '1.2.3',
  libraryVersion: '1.2.3',
  hasRepository: true,
  changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-12-01\n\n### Added\n\n- A thing.\n',
  changedFiles: [],
  tag: 'v1.2.3',
};

describe('releaseProblems', () => {
  it('accepts a release whose versions, changelog and tag agree', () => {
    expect(releaseProblems(READY)).toEqual({ errors: [], open: [] });
  });

  it('refuses an inconsistent release, and says what to change', () =>
    eachRow(
      [
        [{ changedFiles: ['a.ts', 'b.ts'] }, 'commit or remove a.ts, b.ts'],
        [{ libraryVersion: '1.2.2' }, 'libs/session/package.json 1.2.2: set both'],
        [{ changelog: READY.changelog.replace('1.2.3', '1.2.2') }, 'add "## 1.2.3 - <date>"'],
        [{ changelog: '## 1.2.3 - soon\n\n- A thing.\n' }, 'add "## 1.2.3 - <date>"'],
        [{ changelog: '## 1.2.3 - 2026-12-01\n\n## 1.2.2 - 2026-11-01\n\n- A.\n' }, 'is empty'],
        [{ tag: 'v1.2.4' }, 'tag the commit with v1.2.3'],
        [{ tag: '1.2.3' }, 'tag the commit with v1.2.3'],
      ] as [Partial<ReleaseFacts>, string][],
      ([change, message]) => {
        const { errors } = releaseProblems({ ...READY, ...change });
        expect(errors).toEqual([expect.stringContaining(message)]);
      },
    ));

  it('lists the date and the repository as open steps before the tag, and as errors with it', () => {
    const changelog = READY.changelog.replace('2026-12-01', 'not released yet');
    const facts = { ...READY, changelog, hasRepository: false };
    const messages = [
      expect.stringContaining('by the date') as string,
      expect.stringContaining('Add "repository"') as string,
    ];
    expect(releaseProblems({ ...facts, tag: null })).toEqual({ errors: [], open: messages });
    expect(releaseProblems(facts)).toEqual({ errors: messages, open: [] });
  });
});

describe('describePackage', () => {
  it('sums up the files of each folder', () => {
    const files = [
      { path: 'LICENSE', size: 1_000 },
      { path: 'esm/index.js', size: 2_000 },
      { path: 'esm/rpc/index.js', size: 500 },
    ];
    expect(
      describePackage({ filename: 'a-1.2.3.tgz', size: 900, unpackedSize: 3_500, files }),
    ).toBe(
      [
        'a-1.2.3.tgz: 0.9 kB, unpacked 3.5 kB',
        '  LICENSE         1.0 kB',
        '  esm/            2.5 kB, 2 files',
      ].join('\n'),
    );
  });
});

describe('CHANGELOG.md', () => {
  const text = readFileSync(join(repositoryRoot, 'CHANGELOG.md'), 'utf8');

  it('starts with the unreleased changes, and has a section for the current version', () => {
    expect(/^## (.+)$/m.exec(text)?.[1]).toBe('Unreleased');
    const [newest] = changelogSections(text);
    expect(newest?.version).toBe(workspaceManifest().version);
  });

  it('groups one-line entries under the headings of Keep a Changelog', () => {
    const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
    expect(headings.filter((it = '') => !known.includes(it))).toEqual([]);
    const entries = text.split('\n').filter((line) => line.startsWith('- '));
    expect(entries.filter((line) => line.length > 200)).toEqual([]);
  });
});
