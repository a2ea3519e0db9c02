import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import { percentile } from '../measure/percentile';
import { rounded } from '../measure/rounded';
import type { BenchContext, Goal, Suite, SuiteResult } from '../suite';
import { SignedInSystem } from './signed-in-system';

/** Limit of the difference between two medians, in milliseconds. A larger one would reveal user names. */
const MOST_APART = 10;

const QUICK_SAMPLES = 20;
const SAMPLES = 300;

/** Samples between two lines of progress. */
const TOLD_EVERY = 50;

const DISABLED = { username: 'disabled', password: 'disabled-demo-password' };

/** Reasons of refusals. All have the same answer, and must take the same time. */
const REFUSALS = {
  'unknown name': { username: 'nobody', password: 'not the password' },
  'wrong password': { username: 'alice', password: 'not the password' },
  'disabled user': DISABLED,
  'invalid name': { username: 'a name, with blanks', password: 'not the password' },
  'invalid password': { username: 'alice', password: 'x'.repeat(129) },
};

type Refusal = keyof typeof REFUSALS;

export const refusedSignInsSuite: Suite = {
  name: 'refused-sign-ins',
  title: 'Response times of refused sign-ins',
  isOnDemand: true,
  run,
};

async function run({ isQuick, log }: BenchContext): Promise<SuiteResult> {
  const samples = isQuick ? QUICK_SAMPLES : SAMPLES;
  log('building and starting the auth and orders apps');
  // Throttling would reject all but the first attempts before the password check.
  const system = await SignedInSystem.start({
    SIGN_IN_FREE_ATTEMPTS: '1000',
    SIGN_IN_FREE_ATTEMPTS_ACCOUNT: '1000000',
    SIGN_IN_FREE_ATTEMPTS_NETWORK: '1000000',
  });
  try {
    await system.disable(DISABLED);
    const names = Object.keys(REFUSALS) as Refusal[];
    const times = await interleaved(names, samples, async (name, round) => {
      if (name === names[0] && round % TOLD_EVERY === 0) log(`${round} of ${samples}`);
      return system.refuse(REFUSALS[name]);
    });
    return report(names, times);
  } finally {
    await system.stop();
  }
}

function report(
  names: readonly Refusal[],
  times: ReadonlyMap<Refusal, readonly number[]>,
): SuiteResult {
  const figures = names.map((name) => {
    const of = times.get(name) ?? [];
    return {
      name,
      samples: of.length,
      p50: median(of),
      p10: percentile(of, 10),
      p90: percentile(of, 90),
    };
  });
  const medians = figures.map(({ p50 }) => p50);
  const apart = Math.max(...medians) - Math.min(...medians);
  const goal: Goal = {
    what: 'largest difference between medians of refused sign-ins',
    target: `less than ${MOST_APART} ms`,
    measured: `${apart.toFixed(2)} ms`,
    isMet: apart < MOST_APART,
  };
  return {
    tables: [
      {
        title: 'Refused sign-ins, ms',
        columns: ['why', 'samples', 'p10', 'p50', 'p90'],
        rows: figures.map(({ name, samples, p10, p50, p90 }) => [
          name,
          samples,
          ...[p10, p50, p90].map((value) => rounded(value, 2)),
        ]),
      },
    ],
    goals: [goal],
    notes: [
      `The auth app as it is built, on Express, bcrypt's cost 12; one request after the other, in turns. All are answered 401 with one body.`,
    ],
    data: Object.fromEntries(times),
  };
}
