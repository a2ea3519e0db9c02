const { mkdtempSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Goal for the latency of a 503, as the 99th percentile, in milliseconds. */
const UNAVAILABLE_P99_GOAL = 600;

/** Prints the figures of the faults' scenarios, as tables. `!` marks a missed goal. */
module.exports = class FiguresReporter {
  onRunStart() {
    this.folder = mkdtempSync(join(tmpdir(), 'fault-figures-'));
    // The tests inherit the variable, in this process or in others.
    process.env.FAULT_FIGURES = this.folder;
  }

  onRunComplete() {
    const figures = readdirSync(this.folder)
      .map((file) => JSON.parse(readFileSync(join(this.folder, file), 'utf8')))
      .sort((a, b) => a.at - b.at);
    rmSync(this.folder, { recursive: true });
    const of = (table) => figures.filter((it) => it.table === table);
    print('Faults under load (times in ms)', SCENARIO_COLUMNS, of('scenarios').map(scenarioRow));
    print('Logouts before a failover', LOSS_COLUMNS, of('losses').map(lossRow));
  }
};

const SCENARIO_COLUMNS = [
  'scenario',
  ...['requests', '200', '401', '403', '503'],
  ...['all: p50', 'p99', 'max'],
  ...['503: p50', 'p99', 'max'],
  'recovered after',
];

function scenarioRow({ title, requests, statuses, latency, unavailable, recovery, recoveryGoal }) {
  return [
    title,
    String(requests),
    ...[200, 401, 403, 503].map((status) => String(statuses[status] ?? 0)),
    ...[latency?.p50, latency?.p99, latency?.max].map(milliseconds),
    milliseconds(unavailable?.p50),
    against(unavailable?.p99, UNAVAILABLE_P99_GOAL),
    milliseconds(unavailable?.max),
    against(recovery, recoveryGoal),
  ];
}

const LOSS_COLUMNS = ['case', 'SESSION_WAIT_REPLICAS', 'answered 204', 'of them lost', '503'];

function lossRow({ title, waitReplicas, acknowledged, lost, refused }) {
  return [title, ...[waitReplicas, acknowledged, lost, refused].map(String)];
}

function print(heading, columns, rows) {
  if (rows.length === 0) return;
  const widths = columns.map((_, i) => Math.max(...[columns, ...rows].map((row) => row[i].length)));
  const line = (row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  process.stdout.write(`\n${[heading, '', ...[columns, ...rows].map(line)].join('\n')}\n\n`);
}

function milliseconds(value) {
  return value == null ? '-' : value.toFixed(0);
}

function against(value, goal) {
  if (value == null || goal === undefined) return milliseconds(value);
  return `${value < goal ? '' : '! '}${milliseconds(value)} (< ${goal})`;
}
