import { setTimeout as delay } from 'node:timers/promises';
import type { Topology } from './topology';
import type { TopologySystem } from './topology-system';

/** Tokens of a user with access to orders, and of a user without. */
export interface Credentials {
  readonly valid: string;
  readonly withoutRole: string;
}

/** Time limit for the access catalogue. Gateways reject requests until they have read it. */
const PATIENCE_MS = 15_000;
const INTERVAL_MS = 50;

/**
 * Checks every topology before the measurements: 200 with the role, 401 without a token, 403 without the
 * role. A service behind a gateway must reject the token itself.
 *
 * @throws Error with the name of the topology that answers otherwise
 */
export async function checkTopologies(
  system: TopologySystem,
  { valid, withoutRole }: Credentials,
): Promise<void> {
  for (const topology of system.topologies) {
    await expectStatus(system, topology, valid, 200);
    await expectStatus(system, topology, null, 401);
    await expectStatus(system, topology, withoutRole, 403);
    if (topology.service === 'gateway') {
      const past = { ...topology, name: `${topology.name}, bypassed`, ingress: 'service' } as const;
      await expectStatus(system, past, valid, 401);
    }
  }
}

async function expectStatus(
  system: TopologySystem,
  topology: Topology,
  token: string | null,
  expected: number,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { status } = await system.ask(system.exchange(topology, token));
    if (status === expected) return;
    if (performance.now() > deadline) {
      throw new Error(`${topology.name} answers ${status}, where ${expected} is right`);
    }
    await delay(INTERVAL_MS);
  }
}
