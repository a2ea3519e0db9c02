import { randomBytes } from 'node:crypto';
import { SERVICES, type GuardedTopology, type ServiceName } from '../../support/guarded-redis';
import type { System } from '../../support/system';

/** Whether a visitor is signed in; `unknown` during a change. */
type SignedIn = 'yes' | 'no' | 'unknown';

/** Permitted statuses at a route that the visitor's role opens, in addition to 503. */
const ANSWERS: Readonly<Record<SignedIn, readonly number[]>> = {
  yes: [200],
  no: [401],
  unknown: [200, 401],
};

/** A client that sends requests with one token, and its permitted answers. */
export class Visitor {
  constructor(
    readonly name: string,
    readonly token: string,
    public signedIn: SignedIn,
    /** Services that authorize a role of the visitor. */
    private readonly opening: readonly ServiceName[] = SERVICES,
  ) {}

  /** Returns the permitted statuses at a route of this service, in addition to 503. */
  answersOf(service: ServiceName): readonly number[] {
    const answers = ANSWERS[this.signedIn];
    if (this.opening.includes(service)) return answers;
    return answers.map((status) => (status === 200 ? 403 : status));
  }
}

/** Signs in a user with access to every service. */
export async function signIn(system: System<GuardedTopology>): Promise<Visitor> {
  return new Visitor('signed in', await system.signIn('carol'), 'yes');
}

/** Returns signed-in visitors, including one without a role, a visitor that has signed out, and a forger. */
export async function visitorsOf(system: System<GuardedTopology>): Promise<Visitor[]> {
  const out = await system.signIn('alice');
  await system.logout(out);
  return [
    await signIn(system),
    await signIn(system),
    await signIn(system),
    new Visitor('without the role', await system.signIn('bob'), 'yes', ['auth', 'products']),
    new Visitor('signed out', out, 'no'),
    new Visitor('forger', randomBytes(32).toString('base64url'), 'no'),
  ];
}
