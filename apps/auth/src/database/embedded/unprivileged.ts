/** `nobody` on Linux: the kernel's overflow user, the same number on every distribution. */
const NOBODY = 65_534;

/** A program and its arguments, as `spawn` takes them. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Whether this process has the rights that PostgreSQL refuses to run with. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * The command in a form that does not run as root, which PostgreSQL refuses to do.
 *
 * As root it runs as nobody, a user that need not be created. Nobody alone could not get at a
 * checkout or a data folder below a directory that only root may enter (/root, what `mktemp -d`
 * makes). So one of root's capabilities is kept, CAP_DAC_OVERRIDE, which puts file permissions
 * aside, and no way to gain others. The secure bit makes access(2) count it too, by which PostgreSQL
 * looks for its own programs; otherwise that call disregards the capabilities of all but root.
 *
 * As any other user, and on Windows, the command stays as it is.
 */
export function unprivileged(program: string, args: readonly string[]): Command {
  if (!isRoot()) return { program, args };
  return {
    program: 'setpriv',
    args: [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--securebits=+no_setuid_fixup',
      '--no-new-privs',
      '--',
      program,
      ...args,
    ],
  };
}
