/** File that Vite has built, as its manifest describes it. */
export interface BuiltFile {
  /** Path below the built folder. */
  readonly file: string;
  readonly isEntry?: boolean;
  /** Keys of the files that it imports statically. */
  readonly imports?: readonly string[];
}

/** Manifest of Vite: files by their keys. */
export type BuiltFiles = Readonly<Record<string, BuiltFile>>;

/**
 * Returns the paths of the files that a first visit loads: the page, its styles, and the entry with its static
 * imports. Pages that load later are not part of it.
 */
export function firstLoad(files: BuiltFiles): Set<string> {
  const loaded = new Set(['index.html']);
  const add = ({ file, imports = [] }: BuiltFile) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const key of imports) {
      const imported = files[key];
      if (imported !== undefined) add(imported);
    }
  };
  for (const file of Object.values(files)) {
    if (file.isEntry === true || file.file.endsWith('.css')) add(file);
  }
  return loaded;
}
