/** Environment variable with the port at which an app reports its CPU time. */
export const PROBE_PORT = 'BENCH_CPU_PROBE_PORT';
