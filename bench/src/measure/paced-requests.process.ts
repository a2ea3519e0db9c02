import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answerTo } from './exchange';
import type { PacedJob, PacedReport, PacedRoute } from './paced-requests';
import { WrongStatusError } from './wrong-status.error';

/** Time limit of an answer in milliseconds. */
const PATIENCE = 20_000;

const OK = 200;

const agent = new Agent({ keepAlive: true });

process.on('message', (job: PacedJob) => {
  void run(job).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.(reportOf(error)),
  );
});
// The parent is gone.
process.on('disconnect', () => process.exit());

function reportOf(error: unknown): PacedReport {
  return error instanceof WrongStatusError
    ? { problem: error.message, status: error.status }
    : { problem: String(error) };
}

async function run({ routes, duration }: PacedJob): Promise<PacedReport> {
  const times = await Promise.all(
    routes.map(async (route, at) => {
      const { name, perSecond } = route;
      // Spreads the routes over the interval.
      const offset = at / routes.length;
      const answers =
        perSecond === 'in turn'
          ? await inTurn(route, duration)
          : await paced(route, perSecond, duration, offset);
      return [name, answers] as const;
    }),
  );
  return { answers: Object.fromEntries(times) };
}

async function inTurn(route: PacedRoute, duration: number): Promise<number[]> {
  const start = performance.now();
  const times: number[] = [];
  while (performance.now() - start < duration) times.push(await timeOf(route));
  return times;
}

async function paced(
  route: PacedRoute,
  perSecond: number,
  duration: number,
  offset: number,
): Promise<number[]> {
  const start = performance.now();
  const count = Math.round((perSecond * duration) / 1_000);
  const answers: Promise<number>[] = [];
  for (let elapsed = 0; elapsed < duration; elapsed = performance.now() - start) {
    const due = Math.min(count, Math.floor((elapsed * perSecond) / 1_000 + offset));
    while (answers.length < due) answers.push(watched(timeOf(route)));
    await delay(1);
  }
  return Promise.all(answers);
}

/** Marks a promise as handled: `Promise.all` awaits it only after all requests are sent. */
function watched(answer: Promise<number>): Promise<number> {
  answer.catch(() => undefined);
  return answer;
}

/** Returns the milliseconds until the whole answer has arrived. */
async function timeOf({ name, expected = OK, ...route }: PacedRoute): Promise<number> {
  const sentAt = performance.now();
  const { status } = await answerTo(route, agent, PATIENCE);
  if (status !== expected) {
    throw new WrongStatusError(`${name}: ${route.url} answered ${status}`, status);
  }
  return performance.now() - sentAt;
}
