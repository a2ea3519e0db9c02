import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knock } from './knock';

interface MeasuredScenario {
  readonly title: string;
  readonly knocks: readonly Knock[];
  /**
   * Time from the first 503 after the fault until all visitors were served again, in milliseconds; `null`
   * without a 503.
   */
  readonly recovery: number | null;
  readonly recoveryGoal?: number;
}

/** Effect of a failover on logouts that were sent before it. */
interface MeasuredLoss {
  readonly title: string;
  readonly waitReplicas: number;
  /** Answered 204. */
  readonly acknowledged: number;
  /** Answered 503. */
  readonly refused: number;
  /** Acknowledged, but still authorized after the failover. */
  readonly lost: number;
}

export function reportScenario({ knocks, ...scenario }: MeasuredScenario): Promise<void> {
  return handOver('scenarios', {
    ...scenario,
    requests: knocks.length,
    statuses: countStatuses(knocks),
    latency: latencyOf(knocks),
    unavailable: latencyOf(knocks.filter((it) => statusOf(it) === 503)),
  });
}

export function reportLoss(loss: MeasuredLoss): Promise<void> {
  return handOver('losses', loss);
}

/** Passes figures to `figures.reporter.js`, which prints them at the end of the run. */
async function handOver(table: string, figures: object): Promise<void> {
  const folder = process.env.FAULT_FIGURES;
  // A run with other reporters needs no figures.
  if (folder === undefined) return;
  const content = JSON.stringify({ table, at: Date.now(), ...figures });
  await writeFile(join(folder, `${randomUUID()}.json`), content);
}

function statusOf({ outcome }: Knock): number | null {
  return outcome instanceof Error ? null : outcome.status;
}

function countStatuses(knocks: readonly Knock[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of knocks.map(statusOf)) {
    if (status !== null) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/** Latencies in milliseconds; `null` without requests. */
function latencyOf(knocks: readonly Knock[]): { p50: number; p99: number; max: number } | null {
  const sorted = knocks.map((it) => it.answeredAt - it.sentAt).sort((a, b) => a - b);
  const percentile = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  if (sorted.length === 0) return null;
  return { p50: percentile(0.5), p99: percentile(0.99), max: percentile(1) };
}
