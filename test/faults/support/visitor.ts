import { randomBytes } from 'node:crypto';
import { SERVICES, type GuardedTopology, type ServiceName } from '../../support/guarded-redis';
import type { System } from '../../support/system';

/** Whether somebody is signed in; `unknown` while that is being changed. */
type SignedIn = 'yes' | 'no' | 'unknown';

/** What a door that opens to the role may answer, beside 503. */
const ANSWERS: Readonly<Record<SignedIn, readonly number[]>> = {
  yes: [200],
  no: [401],
  unknown: [200, 401],
};

/** Somebody who knocks at doors with one token, and what they may be answered. */
export class Visitor {
  constructor(
    readonly name: string,
    readonly token: string,
    public signedIn: SignedIn,
    /** The services that open to a role of the visitor. */
    private readonly opening: readonly ServiceName[] = SERVICES,
  ) {}

  /** The statuses that are right at a door of this service, beside 503. */
  answersOf(service: ServiceName): readonly number[] {
    const answers = ANSWERS[this.signedIn];
    if (this.opening.includes(service)) return answers;
    return answers.map((status) => (status === 200 ? 403 : status));
  }
}

/** Signs a user in who may enter everywhere. */
export async function signIn(system: System<GuardedTopology>): Promise<Visitor> {
  return new Visitor('signed in', await system.signIn('carol'), 'yes');
}

/** Some who are signed in, one of them without a role, one who has signed out, and a forger. */
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
