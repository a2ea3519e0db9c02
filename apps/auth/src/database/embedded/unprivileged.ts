/** `nobody` on Linux: the kernel's overflow user, the same number on every distribution. */
const NOBODY = 65_534;

/** A program and its arguments, as `spawn` takes them. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Returns whether this process has the rights of root, with which PostgreSQL refuses to run. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Returns the command in a form that does not run as root, since PostgreSQL refuses to do so.
 *
 * Root runs the command as `nobody`, a user that need not be created. By itself, `nobody` could not access a
 * checkout or a data folder below a directory that only root may enter (such as /root or the result of
 * `mktemp -d`). The command therefore keeps one of root's capabilities, CAP_DAC_OVERRIDE, which bypasses file
 * permissions. It cannot gain others. PostgreSQL looks for its own programs with access(2), which by default
 * ignores the capabilities of all users but root. The secure bit makes access(2) respect the capability.
 *
 * For any other user, and on Windows, the command stays as it is.
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
