import type { ProcessReport } from '../store/process-report.js';

/** State of one instance of a service, which it sends with its heartbeat. */
export interface InstanceReport extends ProcessReport {
  /** Host name and process id. */
  readonly instance: string;
  /** Time of the report by the clock of the instance, in epoch milliseconds. */
  readonly at: number;
}

/** Number of reports of a service that are kept. */
export const REPORT_SLOTS = 32;

/** Time for which a report counts, in milliseconds: some heartbeats, and the difference of two clocks. */
const LIFETIME = 60_000;

/** Longest report, in characters. */
const LONGEST = 4_096;

/** Returns the field of a slot in the hash of a service. */
export function reportField(slot: number): string {
  return `report:${slot}`;
}

/** Returns the text of a report. Findings that would make it too long are left out. */
export function encodeReport(report: InstanceReport): string {
  const json = JSON.stringify(report);
  if (json.length <= LONGEST) return json;
  return JSON.stringify({ ...report, redis: { ...report.redis, nodes: [], findings: [] } });
}

/** Returns the report of a text; `null` when it is not a report, or is too old. */
export function decodeReport(json: string | null | undefined, now: number): InstanceReport | null {
  if (json == null || json.length > LONGEST) return null;
  try {
    const value = JSON.parse(json) as unknown;
    return isReport(value) && Math.abs(now - value.at) < LIFETIME ? value : null;
  } catch {
    return null;
  }
}

/** Whether a value has the shape of a report. A service could write any text. */
function isReport(value: unknown): value is InstanceReport {
  if (!isObject(value) || typeof value.instance !== 'string' || !isNumber(value.at)) return false;
  const { redis, nearCache, events, records, process } = value;
  return (
    isObject(redis) &&
    TOPOLOGIES.has(redis.topology) &&
    typeof redis.isConnected === 'boolean' &&
    isList(redis.nodes, (it) => typeof it.host === 'string' && isNumber(it.port)) &&
    isList(redis.findings, (it) => typeof it.title === 'string' && typeof it.fix === 'string') &&
    (nearCache === null || isNearCacheReport(nearCache)) &&
    isObject(events) &&
    isNumber(events.lost) &&
    isObject(records) &&
    isNumber(records.malformed) &&
    isObject(process) &&
    isNumber(process.uptime) &&
    typeof process.node === 'string'
  );
}

const TOPOLOGIES: ReadonlySet<unknown> = new Set(['standalone', 'sentinel', 'cluster', 'none']);

const NEAR_CACHE_COUNTS = ['hits', 'misses', 'bypasses', 'invalidations', 'linkLosses'] as const;

function isNearCacheReport(value: unknown): boolean {
  if (!isObject(value) || typeof value.isLinkUp !== 'boolean') return false;
  const { hitRatio, staleness } = value;
  return (
    NEAR_CACHE_COUNTS.every((name) => isNumber(value[name])) &&
    [hitRatio, staleness].every((it) => it === null || isNumber(it))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isList(
  value: unknown,
  isEntry: (entry: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  return Array.isArray(value) && value.every((entry) => isObject(entry) && isEntry(entry));
}
