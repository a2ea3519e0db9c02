/** The variable that tells an app on which port it is asked for its CPU time. */
export const PROBE_PORT = 'BENCH_CPU_PROBE_PORT';
