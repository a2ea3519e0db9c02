/** Returns the CPU time of this process with all its threads, user and system, in microseconds. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
