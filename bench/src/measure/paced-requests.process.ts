import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { PacedJob, PacedReport, PacedRoute } from './paced-requests';

/** How long an answer may take, in milliseconds. */
const PATIENCE = 20_000;

const agent = new Agent({ keepAlive: true });

process.on('message', (job: PacedJob) => {
  void run(job).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ problem: String(error) } satisfies PacedReport),
  );
});
// Nobody is left to report to.
process.on('disconnect', () => process.exit());

async function run({ routes, duration }: PacedJob): Promise<PacedReport> {
  const start = performance.now();
  const all = routes.map((route, at) => ({
    route,
    count: Math.round((route.perSecond * duration) / 1_000),
    // Not all at the same moment.
    offset: at / routes.length,
    answers: [] as Promise<number>[],
  }));
  for (let elapsed = 0; elapsed < duration; elapsed = performance.now() - start) {
    for (const { route, count, offset, answers } of all) {
      const due = Math.min(count, Math.floor((elapsed * route.perSecond) / 1_000 + offset));
      while (answers.length < due) answers.push(answerOf(route));
    }
    await delay(1);
  }
  const times = await Promise.all(
    all.map(async ({ route, answers }) => [route.name, await Promise.all(answers)] as const),
  );
  return { answers: Object.fromEntries(times) };
}

function answerOf(route: PacedRoute): Promise<number> {
  const answer = timeOf(route);
  // It is looked at when all were sent; until then it must not count as unhandled.
  answer.catch(() => undefined);
  return answer;
}

/** Milliseconds until the whole answer is there. */
function timeOf({ url, headers }: PacedRoute): Promise<number> {
  return new Promise((resolve, reject) => {
    const sentAt = performance.now();
    request(url, { agent, headers, timeout: PATIENCE }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - sentAt);
        else reject(new Error(`${url} answered ${response.statusCode ?? 'nothing'}`));
      });
      response.on('error', reject);
    })
      .on('timeout', function (this: { destroy(error: Error): void }) {
        this.destroy(new Error(`${url} did not answer`));
      })
      .on('error', reject)
      .end();
  });
}
