/** One version in the changelog. */
export interface ChangelogSection {
  readonly version: string;
  /** Date of the release (YYYY-MM-DD), or `null` before it. */
  readonly date: string | null;
  /** Entries under any heading. */
  readonly entries: readonly string[];
}

/** Matches the heading of a version: `## 1.2.3 - 2026-12-01`, or `## 1.2.3 - not released yet`. */
const HEADING = /^## (\d+\.\d+\.\d+(?:-[\w.]+)?) - (\d{4}-\d{2}-\d{2}|not released yet)$/;

/** Returns the versions of a changelog in its order. https://keepachangelog.com */
export function changelogSections(changelog: string): ChangelogSection[] {
  return changelog.split(/^(?=## )/m).flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n');
    const [, version, date] = HEADING.exec(heading) ?? [];
    if (version === undefined || date === undefined) return [];
    return [
      {
        version,
        date: date === 'not released yet' ? null : date,
        entries: lines.filter((line) => line.startsWith('- ')),
      },
    ];
  });
}
