/** Files and connections that each process has open in addition to its sockets. */
const OTHERS = 500;

interface Report {
  readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } };
}

/**
 * Checks the limit of open files, which Node.js raises to the hard limit at its start.
 *
 * @throws Error when a process cannot hold this many sockets
 */
export function requireOpenFiles(sockets: number): void {
  const limit = (process.report.getReport() as Report).userLimits?.open_files?.soft;
  // 'unlimited', or a system without such a limit.
  if (typeof limit !== 'number' || limit >= sockets + OTHERS) return;
  throw new Error(
    `A process may open ${limit} files, and the suite needs ${sockets + OTHERS}. Raise the limit with "ulimit -n", or pass --quick.`,
  );
}
