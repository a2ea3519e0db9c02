/**
 * The part of the schematics devkit that this schematic uses. The devkit passes the objects in, so the package
 * needs no version of it. Paths are relative to the workspace and use slashes.
 */
export interface Folder {
  readonly subdirs: readonly string[];
  readonly subfiles: readonly string[];
  dir(name: string): Folder;
}

/** The devkit's `Tree`: changes reach the disk only when the schematic succeeds, and not in a dry run. */
export interface Workspace {
  read(path: string): Buffer | null;
  create(path: string, content: string): void;
  overwrite(path: string, content: string): void;
  getDir(path: string): Folder;
}

/** The devkit's `SchematicContext`. */
export interface SchematicContext {
  readonly logger: { info(message: string): void; warn(message: string): void };
  addTask(task: { toConfiguration(): { name: string; options: object } }): unknown;
}

/** Text of a file; `undefined` if there is no such file. */
export function readText(workspace: Workspace, path: string): string | undefined {
  return workspace.read(path)?.toString('utf8');
}

/** Creates a file or replaces its content. */
export function writeText(workspace: Workspace, path: string, content: string): void {
  if (workspace.read(path)) workspace.overwrite(path, content);
  else workspace.create(path, content);
}
