import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '../load/connection';
import { ANSWER } from '../servers/orders.controller';
import type { LoadJob, LoadMessage } from './load.messages';

const CONNECTIONS_PER_SERVICE = 16;

/** Warm-up of the services' code, in milliseconds. */
const RUN_UP = 1_000;

let isStopped = false;
let answered = 0;

async function run({ ports, tokens, perSecond }: LoadJob): Promise<void> {
  const connections = await Promise.all(
    Array.from({ length: ports.length * CONNECTIONS_PER_SERVICE }, (_, at) =>
      Connection.open(
        ports[at % ports.length] ?? 0,
        { authorization: `Bearer ${tokens[at % tokens.length] ?? ''}` },
        ANSWER,
      ),
    ),
  );
  const running = perSecond === null ? saturate(connections) : pace(connections, perSecond);
  await Promise.race([running, delay(RUN_UP)]);
  const before = answered;
  const start = performance.now();
  tell('running');
  await running;
  tell({ perSecond: ((answered - before) * 1_000) / (performance.now() - start) });
}

async function saturate(connections: readonly Connection[]): Promise<void> {
  const oneAfterTheOther = async (connection: Connection) => {
    while (!isStopped) await answerOn(connection);
  };
  await Promise.all(connections.map(oneAfterTheOther));
}

async function pace(connections: readonly Connection[], perSecond: number): Promise<void> {
  const start = performance.now();
  const failures: unknown[] = [];
  let sent = 0;
  while (!isStopped && failures.length === 0) {
    const due = ((performance.now() - start) * perSecond) / 1_000;
    for (; sent < due; sent++) {
      const idle = connections.find(({ isIdle }) => isIdle);
      // A service that falls behind receives the rest when a connection is idle.
      if (idle === undefined) break;
      answerOn(idle).catch((error: unknown) => failures.push(error));
    }
    await delay(1);
  }
  if (failures.length > 0) throw failures[0];
}

async function answerOn(connection: Connection): Promise<void> {
  await connection.send();
  answered += 1;
}

function tell(message: LoadMessage): void {
  process.send?.(message);
}

process.on('message', (message: LoadJob | 'stop') => {
  if (message === 'stop') isStopped = true;
  else {
    run(message).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  }
});
// The parent is gone.
process.on('disconnect', () => process.exit());
