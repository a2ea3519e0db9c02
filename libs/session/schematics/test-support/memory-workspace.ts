import type { Folder, Workspace } from '../nest-add/devkit';

/** Workspace in memory, with the devkit's rules: `create` needs a new path, `overwrite` an existing one. */
export class MemoryWorkspace implements Workspace {
  readonly #files: Map<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files));
  }

  /** Text of every file, by path. */
  get files(): Record<string, string> {
    return Object.fromEntries(this.#files);
  }

  read(path: string): Buffer | null {
    const text = this.#files.get(path.replace(/^\//, ''));
    return text === undefined ? null : Buffer.from(text);
  }

  create(path: string, content: string): void {
    if (this.#files.has(path)) throw new Error(`${path} exists.`);
    this.#files.set(path, content);
  }

  overwrite(path: string, content: string): void {
    if (!this.#files.has(path)) throw new Error(`${path} does not exist.`);
    this.#files.set(path, content);
  }

  getDir(path: string): Folder {
    const inside = [...this.#files.keys()]
      .filter((it) => it.startsWith(`${path}/`))
      .map((it) => it.slice(path.length + 1).split('/'));
    return {
      subfiles: inside.filter(({ length }) => length === 1).map(([name = '']) => name),
      subdirs: [...new Set(inside.filter(({ length }) => length > 1).map(([name = '']) => name))],
      dir: (name) => this.getDir(`${path}/${name}`),
    };
  }
}
