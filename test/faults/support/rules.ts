import type { GuardedTopology } from '../../support/guarded-redis';
import type { Answer } from '../../support/http';
import type { System } from '../../support/system';
import type { Knock } from './knock';

/** What holds whatever the fault is: each function tells, in words, what has broken a rule. */

/** Every request is answered, in time. */
export function unanswered(knocks: readonly Knock[]): string[] {
  return knocks.flatMap(({ visitor, service, outcome }) =>
    outcome instanceof Error ? [`${service} to ${visitor.name}: ${outcome.message}`] : [],
  );
}

/** Nobody is let in who must not be, and who may enter is turned away with 503 only. */
export function wronglyAnswered(knocks: readonly Knock[]): string[] {
  return knocks.flatMap(({ visitor, service, allowed, outcome }) =>
    outcome instanceof Error || [...allowed, 503].includes(outcome.status)
      ? []
      : [`${service} to ${visitor.name}: ${outcome.status}`],
  );
}

/** A 503 says when to come again and leaves the cookie alone. */
export function unmannerly(knocks: readonly Knock[]): string[] {
  return knocks.flatMap(({ service, outcome }) =>
    outcome instanceof Error || outcome.status !== 503 || isMannerly(outcome)
      ? []
      : [`${service}: 503 with ${JSON.stringify(outcome.headers)}`],
  );
}

/** The same for one answer, which has to be 503. */
export function expectUnavailable(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(isMannerly(answer)).toBe(true);
}

/** No service ends but by SIGKILL, which only a test sends. The list grows as they do. */
export function endedByThemselves(system: System<GuardedTopology>): readonly string[] {
  const ended: string[] = [];
  for (const app of system.services) {
    void app.exited.then(({ signal }) => {
      if (signal !== 'SIGKILL') ended.push(app.name);
    });
  }
  return ended;
}

/** No service tells of an error that nobody has handled. */
export function unhandledErrors(system: System<GuardedTopology>): string[] {
  return system.output.filter((line) => /unhandled|uncaught/i.test(line));
}

function isMannerly({ headers }: Pick<Answer, 'headers'>): boolean {
  return headers['retry-after'] !== undefined && headers['set-cookie'] === undefined;
}
