import type { GuardedTopology } from '../../support/guarded-redis';
import type { Answer } from '../../support/http';
import type { System } from '../../support/system';
import type { Knock } from './knock';

/** Rules that hold during every fault. Each function returns the violations of a rule as text. */

/** Every request is answered within the time limit. */
export function unanswered(knocks: readonly Knock[]): string[] {
  return knocks.flatMap(({ visitor, service, outcome }) =>
    outcome instanceof Error ? [`${service} to ${visitor.name}: ${outcome.message}`] : [],
  );
}

/** No request is authorized wrongly, and a request that should be authorized is only rejected with 503. */
export function wronglyAnswered(knocks: readonly Knock[]): string[] {
  return knocks.flatMap(({ visitor, service, allowed, outcome }) =>
    outcome instanceof Error || [...allowed, 503].includes(outcome.status)
      ? []
      : [`${service} to ${visitor.name}: ${outcome.status}`],
  );
}

/** A 503 has a Retry-After and does not change the cookie. */
export function unmannerly(knocks: readonly Knock[]): string[] {
  return knocks.flatMap(({ service, outcome }) =>
    outcome instanceof Error || outcome.status !== 503 || isMannerly(outcome)
      ? []
      : [`${service}: 503 with ${JSON.stringify(outcome.headers)}`],
  );
}

/** Expects one answer to be a 503 that follows this rule. */
export function expectUnavailable(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(isMannerly(answer)).toBe(true);
}

/** A service only ends by SIGKILL, which only a test sends. The list grows when a service ends otherwise. */
export function endedByThemselves(system: System<GuardedTopology>): readonly string[] {
  const ended: string[] = [];
  for (const app of system.services) {
    void app.exited.then(({ signal }) => {
      if (signal !== 'SIGKILL') ended.push(app.name);
    });
  }
  return ended;
}

/** No service logs an unhandled error. */
export function unhandledErrors(system: System<GuardedTopology>): string[] {
  return system.output.filter((line) => /unhandled|uncaught/i.test(line));
}

function isMannerly({ headers }: Pick<Answer, 'headers'>): boolean {
  return headers['retry-after'] !== undefined && headers['set-cookie'] === undefined;
}
