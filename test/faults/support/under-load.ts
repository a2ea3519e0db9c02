import { setTimeout as delay } from 'node:timers/promises';
import type { GuardedTopology, ServiceName } from '../../support/guarded-redis';
import type { System } from '../../support/system';
import { reportScenario } from './figures';
import { Load } from './load';
import {
  endedByThemselves,
  unanswered,
  unhandledErrors,
  unmannerly,
  wronglyAnswered,
} from './rules';
import { Stage } from './stage';
import { visitorsOf } from './visitor';

/** Duration of the load before the fault and after the recovery, in milliseconds. */
const CALM = 1_000;

export interface Scenario {
  /** Title in the table of figures. */
  readonly title: string;
  /** Milliseconds; shown in the table and not asserted, because machines differ. */
  readonly recoveryGoal?: number;
  /** Services that get requests. @default all */
  readonly services?: readonly ServiceName[];
}

/**
 * Runs a fault in a system while visitors send requests. Checks that the rules of `rules.ts` held all the
 * time, and reports the figures.
 */
export async function underLoad(
  system: System<GuardedTopology>,
  { title, recoveryGoal, services }: Scenario,
  fault: (stage: Stage) => Promise<void>,
): Promise<void> {
  const ended = endedByThemselves(system);
  const load = new Load(system, await visitorsOf(system), services);
  const stage = new Stage(system, load);
  try {
    await delay(CALM);
    await fault(stage);
    await delay(CALM);
  } finally {
    await load.stop();
  }
  const { knocks } = load;
  await reportScenario({ title, knocks, recovery: stage.recovery, recoveryGoal });
  expect(unanswered(knocks)).toEqual([]);
  expect(wronglyAnswered(knocks)).toEqual([]);
  expect(unmannerly(knocks)).toEqual([]);
  expect(ended).toEqual([]);
  expect(unhandledErrors(system)).toEqual([]);
}
