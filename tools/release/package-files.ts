/** Output of `npm pack --json` for one package. */
export interface PackedPackage {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Describes the content of a package: one line for each folder, and for each file at the top. */
export function describePackage({ filename, size, unpackedSize, files }: PackedPackage): string {
  const groups = new Map<string, { count: number; size: number }>();
  for (const file of files) {
    const [top = '', ...rest] = file.path.split('/');
    const name = rest.length === 0 ? top : `${top}/`;
    const { count, size: sum } = groups.get(name) ?? { count: 0, size: 0 };
    groups.set(name, { count: count + 1, size: sum + file.size });
  }
  const lines = [...groups].map(([name, group]) => {
    const count = name.endsWith('/') ? `, ${group.count} files` : '';
    return `  ${name.padEnd(16)}${kilobytes(group.size)}${count}`;
  });
  return [`${filename}: ${kilobytes(size)}, unpacked ${kilobytes(unpackedSize)}`, ...lines].join(
    '\n',
  );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
