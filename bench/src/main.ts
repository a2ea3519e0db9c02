import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArguments } from './arguments';
import { type HttpData, httpSuite } from './http/http.suite';
import { chartSvg } from './report/chart';
import { type MachineFacts, machineFacts } from './report/machine-facts';
import { factsLine, toMarkdown } from './report/markdown';
import type { BenchContext, Suite, SuiteResult } from './suite';
import { suites } from './suites';

/** Path relative to the compiled file, `bench/.build/bench/src/main.js`. */
const RESULTS = resolve(__dirname, '../../../results');
const CHART = resolve(__dirname, '../../../../docs/reference/performance.svg');

interface Failure {
  readonly suite: Suite;
  readonly error: unknown;
}

async function main(): Promise<void> {
  const { isQuick, writesChart, suites: chosen } = parseArguments(process.argv.slice(2), suites);
  const facts = await machineFacts();
  console.log(factsLine(facts));
  const results = new Map<Suite, SuiteResult>();
  const failures: Failure[] = [];
  for (const suite of chosen) {
    try {
      results.set(suite, await suite.run(contextOf(suite, isQuick)));
    } catch (error) {
      failures.push({ suite, error });
      console.error(`${suite.name} failed:`, error);
    }
  }
  for (const [suite, result] of results) console.log(`\n${toMarkdown(suite.title, result)}`);
  await writeResults(facts, isQuick, results);
  if (writesChart) await writeChart(facts, results.get(httpSuite));
  tellVerdict([...results.values()], failures);
}

function contextOf(suite: Suite, isQuick: boolean): BenchContext {
  return {
    isQuick,
    log: (line) => {
      console.log(`[${suite.name}] ${line}`);
    },
  };
}

async function writeResults(
  facts: MachineFacts,
  isQuick: boolean,
  results: ReadonlyMap<Suite, SuiteResult>,
): Promise<void> {
  const file = resolve(RESULTS, 'latest.json');
  const bySuite = Object.fromEntries([...results].map(([{ name }, result]) => [name, result]));
  await mkdir(RESULTS, { recursive: true });
  await writeFile(file, JSON.stringify({ facts, isQuick, suites: bySuite }, null, 2));
  console.log(`\nEverything measured: ${file}`);
}

async function writeChart(facts: MachineFacts, result: SuiteResult | undefined): Promise<void> {
  // The error was printed when the suite failed.
  if (result === undefined) return;
  await writeFile(CHART, chartSvg((result.data as HttpData).figures, facts));
  console.log(`The chart: ${CHART}`);
}

function tellVerdict(results: readonly SuiteResult[], failures: readonly Failure[]): void {
  const goals = results.flatMap((result) => result.goals);
  const missed = goals.filter(({ isMet }) => !isMet);
  console.log(`${goals.length - missed.length} of ${goals.length} goals met`);
  for (const { what, target, measured } of missed) {
    console.log(`MISSED: ${what}: ${measured}, where ${target} was the goal`);
  }
  for (const { suite } of failures) console.error(`FAILED: ${suite.name}, see above`);
  if (failures.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
