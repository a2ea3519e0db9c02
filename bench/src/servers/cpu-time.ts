/** CPU time that this process has used, on all its threads, user and system, in microseconds. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
