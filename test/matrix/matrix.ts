import { binding } from '../suites/binding';
import { signedCalls } from '../suites/calls';
import { outage } from '../suites/outage';
import { parallel } from '../suites/parallel';
import { reauthentication } from '../suites/reauthentication';
import { requests } from '../suites/requests';
import { sessions } from '../suites/sessions';
import { writeOnceAttributes } from '../suites/write-once-attributes';
import type { Adapter, Source } from '../support/system';

/** Suites whose outcome the adapter or the source may change. */
const SUITES = {
  binding,
  outage,
  parallel,
  reauthentication,
  requests,
  sessions,
  signedCalls,
  writeOnceAttributes,
} satisfies Record<string, (adapter: Adapter, source: Source) => void>;

/**
 * Runs the suites on one configuration. Each configuration has its own file, whose suites share a system.
 *
 * @param but Suites that the smoke tests run on this configuration.
 */
export function matrix(
  adapter: Adapter,
  source: Source,
  but: readonly (keyof typeof SUITES)[] = [],
): void {
  for (const [name, suite] of Object.entries(SUITES)) {
    if (!but.some((it) => it === name)) suite(adapter, source);
  }
}
