import type { ProcessReport } from '../../store/process-report.js';

/** State of a process with a near-cache, as it reports it. */
export const SAMPLE_REPORT: ProcessReport = {
  redis: {
    topology: 'standalone',
    isConnected: true,
    nodes: [{ host: 'redis', port: 6379 }],
    findings: [
      { severity: 'warning', title: 'appendonly is off (redis:6379)', fix: 'Turn it on.' },
    ],
  },
  nearCache: {
    isLinkUp: true,
    hits: 9,
    misses: 1,
    bypasses: 0,
    invalidations: 2,
    linkLosses: 0,
    hitRatio: 0.9,
    staleness: 1_000,
  },
  events: { lost: 0 },
  records: { malformed: 0 },
  process: { uptime: 60, node: 'v24.0.0' },
};
