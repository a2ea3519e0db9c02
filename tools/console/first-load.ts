/** Fields of a file that Vite builds. */
export interface BuiltFile {
  readonly fileName: string;
  readonly type: 'asset' | 'chunk';
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  /** Content of a chunk. */
  readonly code?: string;
  /** Content of an asset. */
  readonly source?: string | Uint8Array;
}

/**
 * Returns the names of the files that a first visit loads: the page, its styles, and the entry with its static
 * imports. Pages that load later are not part of it.
 */
export function firstLoad(files: readonly BuiltFile[]): Set<string> {
  const loaded = new Set<string>();
  const add = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    const file = files.find(({ fileName }) => fileName === name);
    for (const imported of file?.imports ?? []) add(imported);
  };
  for (const { fileName, type, isEntry } of files) {
    if (isEntry === true || (type === 'asset' && /\.(?:html|css)$/.test(fileName))) add(fileName);
  }
  return loaded;
}
